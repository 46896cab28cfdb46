import { Pool, type PoolClient, type PoolConfig } from 'pg';

/** What a process may do: the writer sees every organization, the reader only the one its transaction names. */
export type DatabaseRole = 'floopy_writer' | 'floopy_reader';

export interface PoolOptions {
  readonly url: string;
  /** Taken as the session's role at the start; absent, the session keeps the rights of the URL's user. */
  readonly role?: DatabaseRole;
  /** Shown by `pg_stat_activity`: which process holds a connection. */
  readonly applicationName: string;
  readonly maxConnections: number;
  /** A statement that takes longer is cancelled; none when absent. */
  readonly statementTimeoutMs?: number;
  /** Settings for every session, such as a planner switch. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Sends statements without waiting for the answers to those before them. */
  readonly pipeline?: boolean;
  /** Told of a connection that broke while idle; the pool replaces it by itself. */
  readonly onIdleError?: (error: Error) => void;
}

export type DatabasePool = Pool;
export type DatabaseClient = PoolClient;

const CONNECT_TIMEOUT_MS = 5_000;

/** Opens a bounded pool. Connections are made when needed, so that a database that is away fails a query, not the start. */
export function createPool(options: PoolOptions): DatabasePool {
  const settings = {
    ...(options.role === undefined ? {} : { role: options.role }),
    TimeZone: 'UTC',
    ...options.settings,
  };
  const config: PoolConfig = {
    connectionString: options.url,
    application_name: options.applicationName,
    max: options.maxConnections,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    pipeline: options.pipeline ?? false,
    options: Object.entries(settings)
      .map(([name, value]) => `-c ${name}=${value}`)
      .join(' '),
    ...(options.statementTimeoutMs === undefined ? {} : { statement_timeout: options.statementTimeoutMs }),
  };
  const pool = new Pool(config);
  // Without a listener the loss of an idle connection would end the process.
  pool.on('error', (error) => options.onIdleError?.(error));
  return pool;
}
