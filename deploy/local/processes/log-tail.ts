import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const MOST_BYTES = 64 * 1024;

/** The last lines of a log, to show why a program ended. @returns '' when there is no log. */
export function logTail(path: string, lines = 20): string {
  return readEnd(path).trimEnd().split('\n').slice(-lines).join('\n');
}

/** Whether `text` stands in the last 64 KiB of the file. */
export function logContains(path: string, text: string): boolean {
  return readEnd(path).includes(text);
}

function readEnd(path: string): string {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return '';
  }
  try {
    const size = fstatSync(file).size;
    const buffer = Buffer.alloc(Math.min(size, MOST_BYTES));
    const read = readSync(file, buffer, 0, buffer.length, size - buffer.length);
    return buffer.toString('utf8', 0, read);
  } finally {
    closeSync(file);
  }
}
