import { setTimeout as pause } from 'node:timers/promises';

const POLL_MS = 20;

/** Waits until `read` answers something that `holds`; fails with the last answer when it never does. */
export async function until<Value>(
  read: () => Promise<Value> | Value,
  holds: (value: Value) => boolean,
  withinMs = 20_000,
): Promise<Value> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const value = await read();
    if (holds(value)) return value;
    if (Date.now() > deadline) throw new Error(`not within ${withinMs} ms; last was ${JSON.stringify(value)}`);
    await pause(POLL_MS);
  }
}
