import { z } from 'zod';

export interface TestServers {
  readonly kafkaBrokers: string[];
  /** A superuser's, on the maintenance database. */
  readonly databaseUrl: string;
  /** Names this run of the tests; part of the name of what it leaves in servers that it did not start itself. */
  readonly run: string;
}

const VARIABLE = 'FLOOPY_TEST_SERVERS';
const serversSchema = z.object({ kafkaBrokers: z.array(z.string()), databaseUrl: z.string(), run: z.string() });

/** The real Kafka and Postgres of this test run. */
export function testServers(): TestServers {
  const announced = process.env[VARIABLE];
  if (announced === undefined) {
    throw new Error('No servers were started: only *.int.spec.ts and *.e2e.spec.ts files, run by jest, have them.');
  }
  return serversSchema.parse(JSON.parse(announced));
}

/** Tells Jest's workers, which inherit the environment of the process that ran the global setup. */
export function announceTestServers(servers: TestServers): void {
  process.env[VARIABLE] = JSON.stringify(servers);
}
