import type { z } from 'zod';
import { schemaFaults, type WireFault } from '../wire/wire-fault';

/** A file that is not of its shape, with every place that is wrong: its author mends them all at once. */
export interface RejectedFile {
  readonly type: 'rejected';
  readonly faults: readonly WireFault[];
}

export type DecodedFile<Content> = { readonly type: 'decoded'; readonly content: Content } | RejectedFile;

/** Reads a text as JSON of one shape, and names everything in which it differs. */
export function decodeFile<Content>(text: string, schema: z.ZodType<Content>): DecodedFile<Content> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    return rejected([
      { pointer: '', detail: `is not JSON: ${error instanceof Error ? error.message : String(error)}` },
    ]);
  }
  const result = schema.safeParse(parsed);
  if (result.success) return { type: 'decoded', content: result.data };
  return rejected(schemaFaults(result.error.issues, ''));
}

function rejected(faults: readonly WireFault[]): RejectedFile {
  return { type: 'rejected', faults };
}
