import { spawn } from 'node:child_process';
import { repositoryRoot } from '../../deploy/local/repository-root';

/** Runs Node in the checkout's root. @returns what it prints. @throws with its error output when it fails. */
export function run(args: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: repositoryRoot(), stdio: ['pipe', 'pipe', 'pipe'] });
    let [printed, complaints] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve(printed) : reject(new Error(complaints))));
    child.stdin.end(input);
  });
}
