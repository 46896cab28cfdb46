import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { describe, WrongUsage } from '../session/faults';

/** The lines of a file that are not empty, numbered as an editor does. @throws WrongUsage when it cannot be read. */
export async function* readLines(file: string): AsyncGenerator<{ readonly number: number; readonly text: string }> {
  let number = 0;
  try {
    for await (const line of createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: 1_000 })) {
      number += 1;
      const text = line.trim();
      if (text !== '') yield { number, text };
    }
  } catch (error) {
    if (error instanceof WrongUsage) throw error;
    throw new WrongUsage(`${file} cannot be read: ${describe(error)}`);
  }
}
