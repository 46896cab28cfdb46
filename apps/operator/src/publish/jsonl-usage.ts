import type { UsageEventInput } from '@floopy/usage-client';
import { z } from 'zod';
import { WrongUsage } from '../session/faults';
import { readLines } from './read-lines';
import type { SourcedUsage, UsageSource } from './usage-source';

/** A line is a CloudEvent in JSON, as in structured mode; what stands under `data` is judged when it is published. */
const lineSchema = z.object({
  id: z.string(),
  source: z.string(),
  time: z.iso.datetime({ offset: true }),
  data: z.looseObject({}),
});

/** Reads usage from a file of CloudEvents, one a line. */
export function readJsonlUsage(file: string): UsageSource {
  return { total: null, usages: readUsages(file) };
}

async function* readUsages(file: string): AsyncGenerator<SourcedUsage> {
  for await (const { number, text } of readLines(file)) {
    const parsed = lineSchema.safeParse(parseJson(text));
    if (!parsed.success) {
      const faults = parsed.error.issues.map(({ path, message }) => `${path.join('/') || 'the line'}: ${message}`);
      throw new WrongUsage(`${file} line ${number} is no CloudEvent in JSON: ${faults.join('; ')}`);
    }
    const { id, source, time, data: usage } = parsed.data;
    yield { usage: usage as UsageEventInput, id, source, time: new Date(time), place: `line ${number}` };
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
