import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { Repository, RepositoryFile } from './repository';

export const REPOSITORY_ROOT = resolve(__dirname, '../../..');

const NEVER_TRACKED = new Set(['.git', 'node_modules', 'dist', 'coverage', '.local']);

/**
 * Reads what git tracks or would track, so that a new file is judged before it is committed and a build is not judged
 * at all. An unpacked archive has no git: there the folders that are never tracked are left out by name.
 */
export function readRepository(root: string = REPOSITORY_ROOT): Repository {
  const paths = existsSync(join(root, '.git')) ? listByGit(root) : listByWalk(root, root);
  return { files: paths.flatMap((path) => readText(root, path)) };
}

function listByGit(root: string): string[] {
  const arguments_ = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  const listed = execFileSync('git', arguments_, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  const paths = new Set(listed.split('\0').filter((path) => path !== ''));
  return [...paths].sort();
}

function listByWalk(root: string, folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).filter((entry) => !NEVER_TRACKED.has(entry.name));
  return entries
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? listByWalk(root, path) : [relative(root, path).replaceAll('\\', '/')];
    })
    .sort();
}

/** Nothing for a file that is deleted but still in the index, or that is not text. */
function readText(root: string, path: string): RepositoryFile[] {
  const absolute = join(root, path);
  if (!existsSync(absolute) || !statSync(absolute).isFile()) return [];
  const text = readFileSync(absolute, 'utf8');
  return text.slice(0, 8000).includes('\0') ? [] : [{ path, text }];
}
