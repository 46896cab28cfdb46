import type { DatabasePool } from '@floopy/postgres';

/**
 * Where a connection breaks: before its nth statement from here on is sent, or at COMMIT, which the server has heard of or
 * not while nobody is told.
 */
export type Cut = { readonly at: number } | { readonly at: 'commit'; readonly isHeard: boolean };

type DatabaseClient = Parameters<Parameters<DatabasePool['on']>[1]>[0] & {
  query: (...args: never[]) => unknown;
};

/** Cuts real connections of a pool at a statement that was chosen: as a network does, and at every place in turn. */
export class Cuts {
  /** How often each kind of place was really reached. */
  readonly struck = { statement: 0, unheardCommit: 0, heardCommit: 0 };
  private cut: Cut | null = null;
  private statements = 0;
  private hasStruck = false;

  watch(pool: DatabasePool): DatabasePool {
    pool.on('connect', (client) => this.watchConnection(client as unknown as DatabaseClient));
    return pool;
  }

  /**
   * Does some work on a connection that breaks. Whoever did it meets an error and cannot know what happened; it does the same
   * again, by what `again` says.
   */
  async during<Result>(
    cut: Cut | null,
    work: () => Promise<Result>,
    again: () => Promise<Result> = work,
  ): Promise<{ readonly result: Result; readonly wasCut: boolean }> {
    this.cut = cut;
    this.statements = 0;
    this.hasStruck = false;
    try {
      return { result: await work(), wasCut: this.hasStruck };
    } catch (error) {
      if (!this.hasStruck) throw error;
    } finally {
      this.cut = null;
    }
    return { result: await again(), wasCut: true };
  }

  private watchConnection(client: DatabaseClient): void {
    const send = client.query.bind(client) as (...args: unknown[]) => unknown;
    client.query = (...args: unknown[]): unknown => {
      const place = this.placeOf(args[0]);
      if (place === null) return send(...args);
      this.struck[place] += 1;
      this.cut = null;
      this.hasStruck = true;
      if (place !== 'heardCommit') {
        breakOff(client);
        // The driver finds out by itself that nobody is there.
        return send(...args);
      }
      return Promise.resolve(send(...args)).then(() => {
        breakOff(client);
        throw new Error('Connection terminated: the answer to COMMIT was lost');
      });
    };
  }

  private placeOf(statement: unknown): keyof Cuts['struck'] | null {
    if (this.cut === null) return null;
    this.statements += 1;
    if (this.cut.at !== 'commit') return this.statements === this.cut.at ? 'statement' : null;
    if (statement !== 'COMMIT') return null;
    return this.cut.isHeard ? 'heardCommit' : 'unheardCommit';
  }
}

/** The driver's socket, without any goodbye. */
function breakOff(client: unknown): void {
  (client as { readonly connection: { readonly stream: { destroy(): void } } }).connection.stream.destroy();
}
