import type { z } from 'zod';

/** One thing that is wrong with a file that an operator wrote. */
export interface FileFault {
  /** A JSON Pointer into the file; empty for all of it. */
  readonly pointer: string;
  readonly detail: string;
}

export interface RejectedFile {
  readonly type: 'rejected';
  readonly faults: readonly FileFault[];
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
  return rejected(result.error.issues.map((issue) => ({ pointer: pointerOf(issue.path), detail: issue.message })));
}

function rejected(faults: readonly FileFault[]): RejectedFile {
  return { type: 'rejected', faults };
}

function pointerOf(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
