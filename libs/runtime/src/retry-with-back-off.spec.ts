import { pause } from './pause';
import { type BackOffOptions, retryWithBackOff } from './retry-with-back-off';

function failing(times: number): () => Promise<number> {
  let attempts = 0;
  return () => {
    attempts += 1;
    return attempts <= times ? Promise.reject(new Error(`failure ${attempts}`)) : Promise.resolve(attempts);
  };
}

function options(overrides: Partial<BackOffOptions> = {}): BackOffOptions {
  return { stop: new AbortController().signal, onFailure: () => undefined, firstDelayMs: 1, ...overrides };
}

describe('retryWithBackOff', () => {
  it('repeats until it succeeds, and says so once at each end', async () => {
    const told: string[] = [];
    const answer = await retryWithBackOff(
      failing(3),
      options({
        onFailure: (error) => told.push(String(error)),
        onRecovery: (failures) => told.push(`recovered after ${failures}`),
      }),
    );
    expect(answer).toBe(4);
    expect(told).toEqual(['Error: failure 1', 'recovered after 3']);
  });

  it('is silent about work that succeeds at once', async () => {
    const told: unknown[] = [];
    await retryWithBackOff(failing(0), options({ onFailure: () => told.push(1), onRecovery: () => told.push(2) }));
    expect(told).toEqual([]);
  });

  it('throws at once what no repetition heals', async () => {
    const attempt = retryWithBackOff(failing(9), options({ isRetryable: () => false }));
    await expect(attempt).rejects.toThrow('failure 1');
  });

  it('ends while it waits when it is stopped, with the reason', async () => {
    const controller = new AbortController();
    const attempt = retryWithBackOff(failing(9), options({ stop: controller.signal, firstDelayMs: 60_000 }));
    setTimeout(() => controller.abort(new Error('stopping')), 10);
    await expect(attempt).rejects.toThrow('stopping');
  });

  it('waits no longer than its bound', async () => {
    const startedAt = Date.now();
    await retryWithBackOff(failing(12), options({ largestDelayMs: 4 }));
    expect(Date.now() - startedAt).toBeLessThan(500);
  });
});

describe('pause', () => {
  it('returns at once when it is stopped already', async () => {
    const startedAt = Date.now();
    await pause(60_000, AbortSignal.abort());
    expect(Date.now() - startedAt).toBeLessThan(1_000);
  });
});
