import { paceOf } from './pace';

describe('paceOf', () => {
  it('lets events go at the rate that was asked for', async () => {
    const pace = paceOf(400, new AbortController().signal);
    const startedMs = performance.now();
    for (let event = 0; event < 101; event += 1) await pace();
    const tookMs = performance.now() - startedMs;
    expect(tookMs).toBeGreaterThan(235);
    expect(tookMs).toBeLessThan(1_000);
  });

  it('does not wait when no rate was asked for, and still lets others have their turn', async () => {
    const other = new AbortController();
    const pace = paceOf(null, new AbortController().signal);
    const startedMs = performance.now();
    const timer = setTimeout(() => other.abort(), 0);
    // Without turns for others the loop would go on until it is given up; a busy machine only makes it longer.
    while (!other.signal.aborted && performance.now() - startedMs < 5_000) await pace();
    clearTimeout(timer);
    expect(other.signal.aborted).toBe(true);
  });

  it('ends its wait when it is stopped', async () => {
    const stop = new AbortController();
    const pace = paceOf(1, stop.signal);
    await pace();
    setTimeout(() => stop.abort(), 20);
    const startedMs = performance.now();
    await pace();
    expect(performance.now() - startedMs).toBeLessThan(800);
  });
});
