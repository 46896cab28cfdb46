import type { DatabaseClient, DatabasePool } from './pool';

export interface BorrowedClient {
  readonly client: DatabaseClient;
  /** Lends it to the next; with an error, or true, closes it instead. */
  readonly giveBack: (broken?: Error | boolean) => void;
}

/**
 * A connection of the pool's, for several statements. One that is cut between two of them says so as an event, to which somebody
 * has to listen, or Node ends the process: the next statement fails as well, and that is what counts.
 */
export async function borrowClient(pool: DatabasePool): Promise<BorrowedClient> {
  const client = await pool.connect();
  client.on('error', ignoreUntilNextStatement);
  return {
    client,
    giveBack(broken) {
      client.off('error', ignoreUntilNextStatement);
      client.release(broken);
    },
  };
}

function ignoreUntilNextStatement(): void {
  // Without a listener, Node would end the process.
}
