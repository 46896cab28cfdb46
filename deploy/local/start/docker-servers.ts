import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { readLocalEnvironment } from '../environment';
import { repositoryRoot } from '../repository-root';
import type { ClosingStack } from './closing-stack';

const execute = promisify(execFile);

// What docker-compose.yml publishes on the loopback address.
const KAFKA_ADDRESS = '127.0.0.1:29092';
const POSTGRES_URL = 'postgres://postgres:floopy@127.0.0.1:25432/floopy';
const START_TIMEOUT_MS = 10 * 60_000;

export async function startDockerKafka(closing: ClosingStack): Promise<readonly string[]> {
  await startService('kafka', closing);
  return [KAFKA_ADDRESS];
}

export async function startDockerPostgres(closing: ClosingStack): Promise<string> {
  await startService('postgres', closing);
  return POSTGRES_URL;
}

/** The service's volume stays when it stops. */
async function startService(service: string, closing: ClosingStack): Promise<void> {
  closing.push(`${service} in Docker`, () => compose(['stop', service]));
  await compose(['up', '--detach', '--wait', service]);
}

async function compose(args: readonly string[]): Promise<void> {
  await execute('docker', ['compose', ...args], {
    cwd: repositoryRoot(),
    env: { ...readLocalEnvironment().inherited },
    timeout: START_TIMEOUT_MS,
  });
}
