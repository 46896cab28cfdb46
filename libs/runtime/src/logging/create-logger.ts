import { type DestinationStream, pino, type LevelWithSilent, type Logger as PinoInstance } from 'pino';

/** A log of facts: `log.info({ organizationId, position }, 'usage_appended')`. */
export type Log = PinoInstance;

export interface LoggerOptions {
  /** Which process speaks. */
  readonly app: string;
  readonly level: LevelWithSilent;
  /** Standard output when absent. */
  readonly destination?: DestinationStream;
}

const SECRET_FIELDS = ['authorization', 'password', 'secret', 'apiKey', 'token', 'databaseUrl', 'connectionString'];
const CREDENTIALS_IN_URL = /(\w+:\/\/)[^\s/@]+@/g;

/** Opens the log of a process: JSON lines, an event's name in `msg`, ids beside it; secrets never pass. */
export function createLogger({ app, level, destination }: LoggerOptions): Log {
  const options = {
    level,
    base: { app, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: {
      paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]),
      censor: '[secret]',
    },
    serializers: { error: describeError, err: describeError },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

interface DescribedError {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly cause?: DescribedError;
}

const MAX_CAUSES = 4;

/** What an error says of itself, without what it may carry along: drivers hang whole connections on theirs. */
export function describeError(error: unknown, causes = MAX_CAUSES): DescribedError {
  if (!(error instanceof Error)) return { type: typeof error, message: withoutCredentials(String(error)) };
  const code: unknown = 'code' in error ? error.code : undefined;
  return {
    type: error.name,
    message: withoutCredentials(error.message),
    ...(typeof code === 'string' ? { code } : {}),
    ...(error.stack === undefined ? {} : { stack: withoutCredentials(error.stack) }),
    ...(error.cause === undefined || causes === 0 ? {} : { cause: describeError(error.cause, causes - 1) }),
  };
}

function withoutCredentials(text: string): string {
  return text.replaceAll(CREDENTIALS_IN_URL, '$1[secret]@');
}
