import { readFileSync } from 'node:fs';

const BYTES_PER_KILOBYTE = 1024;

/** Memory of a process that lies in RAM, in bytes: what a container's limit counts. */
export function residentBytes(pid: number): number {
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1]) * BYTES_PER_KILOBYTE;
}
