/** Crashes on a programmer's error: what it guards can never be false, whatever a user, producer or operator does. */
export function assert(condition: boolean, fact: string): asserts condition {
  if (!condition) throw new Error(`assertion failed: ${fact}`);
}

/** Ends an exhaustive switch: a new member of the union is a compile error here, a foreign value a crash. */
export function assertNever(value: never): never {
  throw new Error(`assertion failed: unexpected ${String(value)}`);
}
