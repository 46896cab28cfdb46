import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory, type TemporaryDirectory } from '../../../test/support/temporary-directory';
import { DirectoryInUse, lockDirectory, lockDirectoryPatiently } from './directory-lock';
import { identifyProcess } from './process-identity';

let directory: TemporaryDirectory;
let lockFile: string;
beforeEach(() => {
  directory = temporaryDirectory();
  lockFile = join(directory.path, 'owner.json');
});
afterEach(() => directory.remove());

describe('lockDirectory', () => {
  it('refuses a second owner while the first lives, and says who and what to do', () => {
    lockDirectory(directory.path);
    expect(() => lockDirectory(directory.path)).toThrow(DirectoryInUse);
    expect(() => lockDirectory(directory.path)).toThrow(new RegExp(`in use by process ${process.pid}.*npm stop`));
  });

  it('leaves nothing behind', () => {
    lockDirectory(directory.path).release();
    expect(existsSync(lockFile)).toBe(false);
  });

  it.each([
    ['a process that has ended', JSON.stringify({ pid: 2 ** 30, startMark: 'long ago' })],
    ['another process that now has the same number', JSON.stringify({ pid: process.pid, startMark: 'long ago' })],
    ['a start that was killed while it wrote', '{"pid": 12'],
  ])('takes over from %s', (_, content) => {
    writeFileSync(lockFile, content);
    lockDirectory(directory.path);
    expect(JSON.parse(readFileSync(lockFile, 'utf8'))).toEqual(identifyProcess(process.pid));
  });

  it('does not remove a lock that somebody else has taken since', () => {
    const lock = lockDirectory(directory.path);
    writeFileSync(lockFile, 'of somebody else');
    lock.release();
    expect(readFileSync(lockFile, 'utf8')).toBe('of somebody else');
  });
});

describe('lockDirectoryPatiently', () => {
  it('waits for the owner to finish, and says once for whom', async () => {
    const waits: number[] = [];
    const first = lockDirectory(directory.path);
    const second = lockDirectoryPatiently(directory.path, (owner) => waits.push(owner));
    setTimeout(() => first.release(), 500);
    (await second).release();
    expect(waits).toEqual([process.pid]);
  });
});
