/** One thing that is wrong with what somebody sent, so that it can be mended. */
export interface WireFault {
  /**
   * A JSON Pointer to the place; the empty one means all of it. Characters outside visible ASCII are written as
   * `\u{…}`, and long keys are cut, since keys are any text at all.
   */
  readonly pointer: string;
  /** What would be right; never repeats what was sent, which may be personal. */
  readonly detail: string;
}

/** What every check answers when there is nothing to say: one list for all, so that what is right costs none. */
export const NO_FAULTS: readonly WireFault[] = Object.freeze([]);

/** A hostile message can hold thousands of faulty keys; its list stays readable and small. */
export const MAX_FAULTS = 64;

export const REQUIRED = 'is required';

const MAX_KEY_LENGTH = 128;

interface SchemaIssue {
  readonly code?: string | undefined;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
}

/** What a schema found, below `root`; a key that it does not know is a fault of its own. */
export function schemaFaults(issues: readonly SchemaIssue[], root: string): readonly WireFault[] {
  return issues.flatMap((issue) => {
    const pointer = issue.path.reduce<string>(pointerTo, root);
    if (issue.code !== 'unrecognized_keys') return [{ pointer, detail: issue.message }];
    return (issue.keys ?? []).map((key) => ({ pointer: pointerTo(pointer, key), detail: 'is not known here' }));
  });
}

/** Extends a pointer by a key of an object, which may be any text at all. */
export function pointerTo(parent: string, key: PropertyKey): string {
  const text = String(key);
  const cut = text.length > MAX_KEY_LENGTH ? `${text.slice(0, MAX_KEY_LENGTH)}…` : text;
  return `${parent}/${cut
    .replace(/~/g, '~0')
    .replace(/\//g, '~1')
    .replace(/[^ -~…]/g, escaped)}`;
}

/** One fault for each place, the first that was found there; at most `MAX_FAULTS`, the last one counting the rest. */
export function boundedFaults(faults: readonly WireFault[]): readonly WireFault[] {
  const byPointer = new Map<string, WireFault>();
  for (const fault of faults) if (!byPointer.has(fault.pointer)) byPointer.set(fault.pointer, fault);
  const places = [...byPointer.values()];
  if (places.length <= MAX_FAULTS) return places;
  const named = places.slice(0, MAX_FAULTS - 1);
  return [...named, { pointer: '', detail: `has ${places.length - named.length} more faults` }];
}

/** An `error` of a schema: says that a field is missing, or which rule it breaks. */
export function orRequired(rule: string): (issue: { readonly input?: unknown }) => string {
  return (issue) => (issue.input === undefined ? REQUIRED : rule);
}

function escaped(character: string): string {
  return `\\u{${character.charCodeAt(0).toString(16)}}`;
}
