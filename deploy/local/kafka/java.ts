import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

const PROBE_TIMEOUT_MS = 20_000;

/** `java` of JAVA_HOME, else the one on the PATH. */
export function javaCommand(javaHome: string | undefined): string {
  return javaHome === undefined ? 'java' : join(javaHome, 'bin', 'java');
}

/** @returns the feature version (17, 21, …) of the Java at hand, undefined when there is none that answers. */
export async function readJavaVersion(javaHome: string | undefined): Promise<number | undefined> {
  try {
    const { stdout, stderr } = await execute(javaCommand(javaHome), ['-version'], { timeout: PROBE_TIMEOUT_MS });
    return parseJavaVersion(`${stderr}\n${stdout}`);
  } catch {
    return undefined;
  }
}

/** Reads `version "17.0.15"`, and the older form `version "1.8.0_392"`, in which the second number counts. */
export function parseJavaVersion(printed: string): number | undefined {
  const match = /version "(\d+)(?:\.(\d+))?/.exec(printed);
  if (match === null) return undefined;
  const [, first, second] = match;
  return Number(first === '1' ? second : first);
}

export async function hasMaven(): Promise<boolean> {
  try {
    await execute('mvn', ['-B', '-version'], { timeout: PROBE_TIMEOUT_MS });
    return true;
  } catch {
    return false;
  }
}
