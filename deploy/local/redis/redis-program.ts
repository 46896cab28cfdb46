import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { lockDirectoryPatiently } from '../processes/directory-lock';
import { readZipEntry } from './zip-entry';

const execute = promisify(execFile);

/** A jar that holds builds of Redis 6.2 for several systems: it needs no Java to run, only Maven to be fetched. */
const JAR = { name: 'embedded-redis', version: '1.4.3' };
const MAVEN_GOAL = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy';
const DOWNLOAD_TIMEOUT_MS = 10 * 60_000;
const PROBE_TIMEOUT_MS = 20_000;

const ENTRIES: Readonly<Record<string, string>> = {
  'linux-x64': 'redis-server-6.2.6-v5-linux-amd64',
  'linux-arm64': 'redis-server-6.2.7-linux-arm64',
  'darwin-x64': 'redis-server-6.2.6-v5-darwin-amd64',
  'darwin-arm64': 'redis-server-6.2.6-v5-darwin-arm64',
};

/** The program of a Redis server: the one on the PATH where there is one, else one that Maven fetches once. */
export async function provideRedisProgram(cacheDirectory: string, onProgress: (step: string) => void): Promise<string> {
  return (await hasRedisOnPath()) ? 'redis-server' : fetchRedisProgram(cacheDirectory, onProgress);
}

/** As Kafka's jars: the file appears by one rename, and of two that need it at once one fetches. */
export async function fetchRedisProgram(cacheDirectory: string, onProgress: (step: string) => void): Promise<string> {
  const entry = entryOfThisMachine();
  const home = join(cacheDirectory, `redis-${JAR.version}`);
  const program = join(home, entry);
  if (existsSync(program)) return program;
  const lock = await lockDirectoryPatiently(`${home}.filling`, (owner) =>
    onProgress(`waiting for process ${owner}, which is downloading Redis`),
  );
  try {
    if (existsSync(program)) return program;
    onProgress('downloading Redis from Maven Central (12 MB, once)');
    const draft = join(`${home}.filling`, entry);
    writeFileSync(draft, readZipEntry(readFileSync(await copyJar(`${home}.filling`)), entry));
    chmodSync(draft, 0o755);
    mkdirSync(home, { recursive: true });
    renameSync(draft, program);
    return program;
  } finally {
    rmSync(join(`${home}.filling`, jarFile()), { force: true });
    lock.release();
  }
}

async function hasRedisOnPath(): Promise<boolean> {
  try {
    await execute('redis-server', ['--version'], { timeout: PROBE_TIMEOUT_MS });
    return true;
  } catch {
    return false;
  }
}

function entryOfThisMachine(): string {
  const machine = `${process.platform}-${process.arch}`;
  const entry = ENTRIES[machine];
  if (entry !== undefined) return entry;
  throw new Error(`There is no Redis to fetch for ${machine}. Install one, so that redis-server is on the PATH.`);
}

function jarFile(): string {
  return `${JAR.name}-${JAR.version}.jar`;
}

async function copyJar(directory: string): Promise<string> {
  const artifact = `-Dartifact=com.github.codemonstur:${JAR.name}:${JAR.version}`;
  try {
    await execute('mvn', ['-q', '-B', MAVEN_GOAL, artifact, `-DoutputDirectory=${directory}`], {
      timeout: DOWNLOAD_TIMEOUT_MS,
    });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    const printed = `${stdout}${stderr}`.trim().split('\n').slice(-12).join('\n');
    throw new Error(
      `Maven could not fetch Redis. It needs Maven Central or a mirror of it (settings.xml), and a writable ` +
        `${directory}; or install a Redis, so that redis-server is on the PATH.\n${printed}`,
      { cause: error },
    );
  }
  return join(directory, jarFile());
}
