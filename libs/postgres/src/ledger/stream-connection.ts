import { borrowClient } from '../connection/borrow-client';
import type { DatabaseClient, DatabasePool } from '../connection/pool';
import { type Queries, queriesOf, type Statement } from '../connection/queries';
import type { StreamedRow } from './stream-columns';

/** What is read through a cursor. Two of one name cannot be open at once. */
export interface StreamedStatement {
  readonly cursor:
    | 'organizations'
    | 'entries'
    | 'repetitions'
    | 'corrections'
    | 'names'
    | 'partitions'
    | 'letters'
    | 'prices'
    | 'guards'
    | 'reach'
    | 'alike';
  readonly text: string;
  readonly values?: readonly unknown[];
  readonly batchSize: number;
}

/** Reads one unchanging view of the database: what is committed meanwhile is not seen. */
export interface SnapshotReader extends Queries {
  /** Rows in batches, as the texts that Postgres sent. While one is looked at, the next is fetched. */
  stream(statement: StreamedStatement): AsyncGenerator<readonly StreamedRow[]>;
}

const UNPARSED = { getTypeParser: () => (text: string) => text };

const BEGIN_SNAPSHOT = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY';

/**
 * Runs `work` on a snapshot, in one read-only transaction on one connection.
 * @param settings of this transaction alone, such as planner switches: `SET LOCAL …`
 */
export async function inSnapshot<Result>(
  pool: DatabasePool,
  work: (reader: SnapshotReader) => Promise<Result>,
  settings = '',
): Promise<Result> {
  const { client, giveBack } = await borrowClient(pool);
  let broken: Error | undefined;
  try {
    await client.query(`${BEGIN_SNAPSHOT}; ${settings}`);
    const reader = new ClientReader(client);
    const result = await work(reader);
    await reader.end();
    return result;
  } catch (error) {
    // The cursors may be in use: the connection is closed rather than lent again.
    broken = error instanceof Error ? error : new Error(String(error));
    throw error;
  } finally {
    giveBack(broken);
  }
}

/** Reads on a connection whose transaction somebody else ends: each statement sees what is committed when it begins. */
export function readerOn(client: DatabaseClient): SnapshotReader {
  return new ClientReader(client);
}

class ClientReader implements SnapshotReader {
  /** Statements of a connection go one after the other. */
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly client: DatabaseClient) {}

  async *stream(statement: StreamedStatement): AsyncGenerator<readonly StreamedRow[]> {
    const { cursor, text, values, batchSize } = statement;
    await this.run(`DECLARE ${cursor} NO SCROLL CURSOR FOR ${text}`, values);
    const fetch = (): Promise<StreamedRow[]> => {
      const fetched = this.run(`FETCH ${batchSize} FROM ${cursor}`);
      // Whoever awaits it hears of a failure; whoever has stopped reading does not.
      fetched.catch(() => undefined);
      return fetched;
    };
    let next = fetch();
    for (;;) {
      const rows = await next;
      if (rows.length === 0) break;
      next = fetch();
      yield rows;
    }
    await this.run(`CLOSE ${cursor}`);
  }

  query<Row extends object>(statement: Statement): Promise<Row[]> {
    const answer = this.turn.then(() => queriesOf(this.client).query<Row>(statement));
    this.turn = answer.catch(() => undefined);
    return answer;
  }

  async end(): Promise<void> {
    await this.run('ROLLBACK');
  }

  private run(text: string, values: readonly unknown[] = []): Promise<StreamedRow[]> {
    const answer = this.turn.then(() =>
      this.client.query<(string | null)[]>({ text, values: [...values], rowMode: 'array', types: UNPARSED }),
    );
    this.turn = answer.catch(() => undefined);
    return answer.then(({ rows }) => rows);
  }
}
