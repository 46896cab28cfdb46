import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export interface StartOptions {
  /** Holds the data, logs and locks of this installation. */
  readonly directory: string;
  /** Wipe what former starts have stored. */
  readonly fresh: boolean;
  /** Play live traffic. */
  readonly traffic: boolean;
  /** The API's port, when a certain one is wanted. */
  readonly apiPort: number | undefined;
}

/** The arguments are wrong, or ask for help: `message` is all there is to say. */
export class UsageShown extends Error {
  constructor(
    message: string,
    readonly exitCode: 0 | 2,
  ) {
    super(message);
  }
}

export const START_USAGE = `npm start -- [options]

Starts Kafka, Postgres and every app on this machine, and plays traffic. Ctrl-C or "npm stop" ends all of it.

  --no-traffic        start without the generated traffic
  --fresh             wipe what former starts have stored
  --port <number>     the API's port (default: a free one, the same at every start)
  --directory <path>  where data, logs and locks lie (default: .local)

KAFKA_BROKERS and DATABASE_URL, when set, name servers to use instead of starting some.`;

const FLAGS = {
  fresh: { type: 'boolean', default: false },
  'no-traffic': { type: 'boolean', default: false },
  port: { type: 'string' },
  directory: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

/** @throws UsageShown */
export function readStartOptions(args: readonly string[], defaultDirectory: string): StartOptions {
  const { values } = parse(args);
  if (values.help) throw new UsageShown(START_USAGE, 0);
  return {
    directory: resolve(values.directory ?? defaultDirectory),
    fresh: values.fresh,
    traffic: !values['no-traffic'],
    apiPort: values.port === undefined ? undefined : readPort(values.port),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: FLAGS, strict: true, allowPositionals: false });
  } catch (error) {
    throw new UsageShown(`${error instanceof Error ? error.message : String(error)}\n\n${START_USAGE}`, 2);
  }
}

function readPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) throw new UsageShown(`--port takes a number from 1 to 65535, not "${text}".`, 2);
  return port;
}
