import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readLocalEnvironment } from '../../deploy/local/environment';
import { repositoryRoot } from '../../deploy/local/repository-root';

/** What `verify` of the built command line says of a ledger: nothing when it is sound. */
export async function faultsOfLedger(databaseUrl: string): Promise<string[]> {
  const main = join(repositoryRoot(), 'dist/apps/operator/src/main.js');
  const env = { ...readLocalEnvironment().inherited, DATABASE_URL: databaseUrl };
  const { stdout } = await promisify(execFile)(process.execPath, [main, 'verify', '--json'], { env }).catch(
    (error: { stdout?: string; message: string }) => ({ stdout: error.stdout ?? error.message }),
  );
  return stdout.startsWith('{"ok":true') ? [] : [`verify: ${stdout.trim()}`];
}
