import { pause, retryWaitMs } from './pause';

describe('retryWaitMs', () => {
  it('grows from 50–100 ms to 2.5–5 s and no further', () => {
    for (let round = 0; round < 100; round += 1) {
      expect(retryWaitMs(1)).toBeGreaterThanOrEqual(50);
      expect(retryWaitMs(1)).toBeLessThanOrEqual(100);
      for (const failures of [7, 50, 5_000]) {
        expect(retryWaitMs(failures)).toBeGreaterThanOrEqual(2_500);
        expect(retryWaitMs(failures)).toBeLessThanOrEqual(5_000);
      }
    }
  });
});

describe('pause', () => {
  it('ends as soon as it is told to stop, also when that was before it began', async () => {
    const stop = new AbortController();
    const pausing = pause(60_000, stop.signal);
    stop.abort();
    await pausing;
    await pause(60_000, stop.signal);
    expect(stop.signal.aborted).toBe(true);
  });
});
