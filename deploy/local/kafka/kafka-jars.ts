import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { lockDirectoryPatiently } from '../processes/directory-lock';
import { repositoryRoot } from '../repository-root';

const execute = promisify(execFile);

export const KAFKA_VERSION = '4.4.0';
const DOWNLOAD_TIMEOUT_MS = 10 * 60_000;

/** Whether a start needs no download. */
export function hasKafkaJars(cacheDirectory: string): boolean {
  return existsSync(jarsDirectory(cacheDirectory));
}

/**
 * The directory with the jars of a Kafka broker, fetched by Maven on first use. The directory appears by one rename,
 * so it is whole or not there, and a lock lets one process fetch while others wait for it.
 */
export async function provideKafkaJars(cacheDirectory: string, onProgress: (step: string) => void): Promise<string> {
  const jars = jarsDirectory(cacheDirectory);
  if (existsSync(jars)) return jars;
  const lock = await lockDirectoryPatiently(`${jars}.filling`, (owner) =>
    onProgress(`waiting for process ${owner}, which is downloading Kafka ${KAFKA_VERSION}`),
  );
  try {
    if (existsSync(jars)) return jars;
    onProgress(`downloading Kafka ${KAFKA_VERSION} from Maven Central (45 jars, 43 MB, once)`);
    const draft = join(`${jars}.filling`, 'jars');
    rmSync(draft, { recursive: true, force: true });
    mkdirSync(draft, { recursive: true });
    await copyDependencies(draft);
    renameSync(draft, jars);
    return jars;
  } finally {
    lock.release();
  }
}

/** Keyed by the version, for people, and by the pom's content, so that a changed pom never meets older jars. */
function jarsDirectory(cacheDirectory: string): string {
  const digest = createHash('sha256').update(readFileSync(pomFile())).digest('hex').slice(0, 12);
  return join(cacheDirectory, `kafka-${KAFKA_VERSION}-${digest}`);
}

function pomFile(): string {
  return join(repositoryRoot(), 'deploy/local/kafka/pom.xml');
}

async function copyDependencies(directory: string): Promise<void> {
  const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${directory}`];
  try {
    await execute('mvn', ['-q', '-B', '-f', pomFile(), ...goal], { timeout: DOWNLOAD_TIMEOUT_MS });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    const printed = `${stdout}${stderr}`.trim().split('\n').slice(-12).join('\n');
    throw new Error(
      `Maven could not fetch Kafka ${KAFKA_VERSION}. It needs Maven Central or a mirror of it ` +
        `(settings.xml), and a writable ${directory}.\n${printed}`,
      { cause: error },
    );
  }
}
