import { readdirSync, readFileSync } from 'node:fs';

/** `utime` and its neighbours in /proc/<pid>/stat count in hundredths of a second on every Linux that Node runs on. */
const MICROSECONDS_PER_TICK = 10_000;

interface ProcessTimes {
  readonly parent: number;
  /** User and system time of all threads of the process. */
  readonly own: number;
  /** The same of its children that have ended and were waited for, and of theirs. */
  readonly ended: number;
}

/** CPU time of one process with all its threads, in microseconds; 0 once it is gone. */
export function cpuOfProcess(pid: number): number {
  return readTimes(pid)?.own ?? 0;
}

/**
 * CPU time of a process, of every child it has, and of every child it had, in microseconds. For Postgres: the
 * postmaster, each backend and background process, and the backends that have ended.
 */
export function cpuOfFamily(pid: number): number {
  const parent = readTimes(pid);
  const children = livingProcesses().flatMap((candidate) => {
    const times = readTimes(candidate);
    return times?.parent === pid ? [times.own + times.ended] : [];
  });
  return children.reduce((sum, time) => sum + time, (parent?.own ?? 0) + (parent?.ended ?? 0));
}

/** CPU time that all of the machine's cores together have spent on anything but waiting, in microseconds. */
export function cpuOfMachine(): number {
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n', 1);
  const [user = 0, nice = 0, system = 0, , , interrupts = 0, softInterrupts = 0, stolen = 0] = line
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user + nice + system + interrupts + softInterrupts + stolen) * MICROSECONDS_PER_TICK;
}

function livingProcesses(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function readTimes(pid: number): ProcessTimes | undefined {
  const stat = readStat(pid);
  if (stat === undefined) return undefined;
  // The second field is the program's name in parentheses, which may hold spaces itself.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = (index: number): number => Number(fields[index]) * MICROSECONDS_PER_TICK;
  return { parent: Number(fields[1]), own: ticks(11) + ticks(12), ended: ticks(13) + ticks(14) };
}

function readStat(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
}
