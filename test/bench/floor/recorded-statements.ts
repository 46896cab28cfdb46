import type { Statement } from '@floopy/postgres';
import { createPool, type DatabasePool, INGEST_SETTINGS } from '@floopy/postgres';

const WRITES = /^\s*(?:INSERT|UPDATE|WITH)\s/;

/** A pool that keeps every statement that writes, as it goes to the driver. */
export class RecordingPool {
  readonly pool: DatabasePool;
  private written: Statement[] = [];

  constructor(url: string) {
    this.pool = createPool({
      url,
      role: 'floopy_writer',
      applicationName: 'floor-recording',
      maxConnections: 1,
      settings: INGEST_SETTINGS,
      pipeline: true,
    });
    this.pool.on('connect', (client) => {
      const query = client.query.bind(client) as (...args: unknown[]) => unknown;
      client.query = ((...args: unknown[]) => {
        const [statement] = args;
        if (isWrite(statement)) this.written.push(statement);
        return query(...args);
      }) as typeof client.query;
    });
  }

  /** What was written since the last time that it was asked. */
  take(): readonly Statement[] {
    const { written } = this;
    this.written = [];
    return written;
  }
}

function isWrite(statement: unknown): statement is Statement {
  if (typeof statement !== 'object' || statement === null || !('text' in statement)) return false;
  return typeof statement.text === 'string' && WRITES.test(statement.text);
}
