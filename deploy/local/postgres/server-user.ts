import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** Who a Postgres process runs as, when it cannot be the user of this process. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/** "nobody" on Linux and in containers: it exists everywhere and owns nothing. */
const NOBODY: ServerUser = { uid: 65534, gid: 65534 };

/** @returns undefined when this process' own user will do. Postgres refuses to run as root. */
export function chooseServerUser(ownUid: number | undefined = process.getuid?.()): ServerUser | undefined {
  return ownUid === 0 ? NOBODY : undefined;
}

/** Whether any user may walk down to the directory; root's home, for one, is closed to everybody else. */
export function isReachableByOthers(directory: string): boolean {
  for (let path = resolve(directory); ; path = dirname(path)) {
    if (!mayPass(path)) return false;
    if (path === dirname(path)) return true;
  }
}

/** A directory that is not there yet will be made with the usual rights. */
function mayPass(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined || (stat.mode & 0o001) !== 0;
}
