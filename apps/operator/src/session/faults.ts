/** What a command ends with. */
export const EXIT_CODE = { done: 0, foundWrong: 1, wrongUsage: 2, notReachable: 3 } as const;
export type ExitCode = (typeof EXIT_CODE)[keyof typeof EXIT_CODE];

/** The command was asked for something that cannot be: the message says what to change. */
export class WrongUsage extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'WrongUsage';
  }
}

/** A part that the command needs does not answer; the message names it. */
export class NotReachable extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'NotReachable';
  }
}

const CONNECTION_CODES = /^(?:ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE|08|57P0|53300|28)/;
const CONNECTION_TEXT = /connection (?:terminated|timeout|ended)|timeout exceeded when trying to connect/i;
const KAFKA_CONNECTION =
  /^KafkaJS(?:Connection\w*|NumberOfRetriesExceeded|RequestTimeoutError|BrokerNotFound|SASL\w*)$/;

/** The part that an error says is away, or null when the error says something else. */
export function partAway(error: unknown): 'Kafka' | 'Postgres' | null {
  if (!(error instanceof Error)) return null;
  if (KAFKA_CONNECTION.test(error.name)) return 'Kafka';
  const code = 'code' in error ? String(error.code) : '';
  if (CONNECTION_CODES.test(code) || CONNECTION_TEXT.test(error.message)) return 'Postgres';
  return error.cause === undefined ? null : partAway(error.cause);
}

/** An error in one line; several attempts of one connection are told by the first. */
export function describe(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return describe(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}
