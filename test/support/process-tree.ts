import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { identifyProcess, type ProcessIdentity } from '../../deploy/local/processes/process-identity';

/** Every process that descends from `pid`, children of children too, as they are now. */
export function descendantsOf(pid: number): ProcessIdentity[] {
  const parents = existsSync('/proc/self/stat') ? parentsFromProc() : parentsFromPs();
  const found: ProcessIdentity[] = [];
  const waiting = [pid];
  for (let parent = waiting.pop(); parent !== undefined; parent = waiting.pop()) {
    for (const [child] of [...parents].filter(([, itsParent]) => itsParent === parent)) {
      waiting.push(child);
      const identity = identifyProcess(child);
      if (identity !== undefined) found.push(identity);
    }
  }
  return found;
}

function parentsFromProc(): Map<number, number> {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return new Map(pids.map((pid) => [Number(pid), parentFromProc(pid)]));
}

function parentFromProc(pid: string): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return 0;
  }
}

function parentsFromPs(): Map<number, number> {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  return new Map(
    lines.map((line) => {
      const [pid = 0, parent = 0] = line.trim().split(/\s+/).map(Number);
      return [pid, parent];
    }),
  );
}
