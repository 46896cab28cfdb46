// Brings a checkout to the point where its own code can run: packages installed, sources compiled. Plain Node without a
// package, since a fresh clone has none. Each part leaves a stamp of what it was made from, so a second run is quick.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');

const LOWEST_NODE = [20, 19];
const LOCK_FILE = join(ROOT, 'package-lock.json');
const INSTALL_STAMP = join(ROOT, 'node_modules/.floopy-installed');
const BUILD_STAMP = join(ROOT, 'dist/.floopy-built');
const SOURCE_FOLDERS = ['apps', 'libs', 'deploy'];
const BUILD_SETTINGS = ['package-lock.json', 'tsconfig.json', 'nest-cli.json'];

/** @throws with advice when this machine cannot run what would be installed. */
export function requireNode(version = process.versions.node, platform = process.platform) {
  if (platform === 'win32') throw new Error('Windows is served through its Linux subsystem: run this inside WSL.');
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [lowestMajor, lowestMinor] = LOWEST_NODE;
  if (major > lowestMajor || (major === lowestMajor && minor >= lowestMinor)) return;
  throw new Error(
    `Node ${LOWEST_NODE.join('.')} or later is needed; this is ${version}. Install a current one and try again.`,
  );
}

/** Installs the packages that the lock file names, unless they are there. */
export async function ensureInstalled(progress) {
  const stamp = digestFiles([LOCK_FILE]);
  if (readStamp(INSTALL_STAMP) === stamp || wasInstalledByHand()) return;
  const step = progress.step('installing packages (npm ci)');
  // --include: a NODE_ENV of "production" would leave out the compiler and the Postgres programs.
  const { code, output } = await run('npm', ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund']);
  if (code !== 0) return failStep(step, 'npm ci failed. Are the npm registry and the disk in reach?', output);
  writeFileSync(INSTALL_STAMP, stamp);
  step.done();
}

/** Whether somebody has run npm since the lock file last changed, with the tools that a build and a test need. */
function wasInstalledByHand() {
  const note = statSync(join(ROOT, 'node_modules/.package-lock.json'), { throwIfNoEntry: false });
  const tools = ['@nestjs/cli', 'jest', 'typescript'].map((tool) => join(ROOT, 'node_modules', tool));
  return note !== undefined && note.mtimeMs >= statSync(LOCK_FILE).mtimeMs && tools.every(existsSync);
}

/** Compiles every app, unless the last build was made from these very sources. */
export async function ensureBuilt(progress) {
  const stamp = digestFiles([
    ...SOURCE_FOLDERS.flatMap(listSources),
    ...BUILD_SETTINGS.map((file) => join(ROOT, file)),
  ]);
  if (readStamp(BUILD_STAMP) === stamp) return;
  const step = progress.step('building');
  rmSync(BUILD_STAMP, { force: true });
  const { code, output } = await run(process.execPath, [
    join(ROOT, 'node_modules/@nestjs/cli/bin/nest.js'),
    'build',
    'local',
  ]);
  if (code !== 0) return failStep(step, 'The build failed.', output);
  mkdirSync(dirname(BUILD_STAMP), { recursive: true });
  writeFileSync(BUILD_STAMP, stamp);
  step.done();
}

/** Runs a program in the checkout's root and collects what it prints. */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += String(chunk)));
    child.once('error', (error) => resolve({ code: 127, output: `${command}: ${error.message}` }));
    child.once('close', (code, signal) =>
      resolve({ code: code ?? 1, output: signal ? `${output}\nended by ${signal}` : output }),
    );
  });
}

function failStep(step, message, output) {
  step.fail();
  throw new Error(`${message}\n${output.trim().split('\n').slice(-40).join('\n')}`);
}

function listSources(folder) {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|json)$/.test(entry.name) && !entry.name.endsWith('.spec.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !/[/\\](node_modules|dist)[/\\]/.test(relative(ROOT, path)))
    .sort();
}

/** By content, not by time: a checkout and a copy give files new times. */
function digestFiles(paths) {
  const hash = createHash('sha256').update(process.versions.node);
  for (const path of paths) hash.update(`\n${relative(ROOT, path)}\n`).update(readFileSync(path));
  return hash.digest('hex');
}

function readStamp(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
