/** One thing that is wrong with a record, so that its producer can mend it. */
export interface UsageFault {
  /**
   * A JSON Pointer into the event as structured CloudEvents write it (`/time`, `/data/usage/input_tokens`), whichever
   * mode it was sent in. `/partitionkey` is the record's key, the empty pointer the whole record.
   * Characters outside visible ASCII are written as `\u{…}`, and long keys are cut.
   */
  readonly pointer: string;
  /** What would be right; never repeats what was sent, which may be personal. */
  readonly detail: string;
}

/** What every check answers when there is nothing to say: one list for all events, so that good ones cost none. */
export const NO_FAULTS: readonly UsageFault[] = Object.freeze([]);

/** A hostile record can hold thousands of faulty keys; its list stays readable and small. */
export const MAX_USAGE_FAULTS = 64;

export const REQUIRED = 'is required';

const MAX_POINTER_KEY_LENGTH = 128;

/** Extends a pointer by a key of an object, which may be any text at all. */
export function pointerTo(parent: string, key: PropertyKey): string {
  const text = String(key);
  const cut = text.length > MAX_POINTER_KEY_LENGTH ? `${text.slice(0, MAX_POINTER_KEY_LENGTH)}…` : text;
  return `${parent}/${cut
    .replace(/~/g, '~0')
    .replace(/\//g, '~1')
    .replace(/[^\x20-\x7e…]/g, escaped)}`;
}

/** At most `MAX_USAGE_FAULTS`, the last one saying how many more there are. */
export function boundedFaults(faults: readonly UsageFault[]): readonly UsageFault[] {
  if (faults.length <= MAX_USAGE_FAULTS) return faults;
  const named = faults.slice(0, MAX_USAGE_FAULTS - 1);
  return [...named, { pointer: '', detail: `has ${faults.length - named.length} more faults` }];
}

function escaped(character: string): string {
  return `\\u{${character.charCodeAt(0).toString(16)}}`;
}
