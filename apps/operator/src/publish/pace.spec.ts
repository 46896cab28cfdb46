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
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 0);
    const pace = paceOf(null, new AbortController().signal);
    const startedMs = performance.now();
    while (performance.now() - startedMs < 50) await pace();
    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
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
