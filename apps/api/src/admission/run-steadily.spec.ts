import { createLogger } from '@floopy/runtime';
import { runSteadily } from './run-steadily';

describe('runSteadily', () => {
  it('goes on after rounds that failed, and notes their beginning and their end once', async () => {
    const facts: string[] = [];
    const write = (line: string): void => void facts.push((JSON.parse(line) as { msg: string }).msg);
    const log = createLogger({ app: 'test', level: 'info', destination: { write } });
    const stop = new AbortController();
    let rounds = 0;
    const round = async (): Promise<number> => {
      rounds += 1;
      if (rounds === 2 || rounds === 3) throw new Error('away');
      if (rounds === 5) stop.abort();
      return 0;
    };
    await runSteadily(round, { name: 'sweep', idleMs: 1, log }, stop.signal);
    expect([rounds, facts]).toEqual([5, ['sweep_failing', 'sweep_recovered']]);
  });

  it('does not pause as long as there is something to do', async () => {
    const log = createLogger({ app: 'test', level: 'silent' });
    const stop = new AbortController();
    let left = 100;
    const round = async (): Promise<number> => {
      left -= 1;
      if (left === 0) stop.abort();
      return left;
    };
    const began = Date.now();
    await runSteadily(round, { name: 'sweep', idleMs: 10_000, log }, stop.signal);
    expect(Date.now() - began).toBeLessThan(5_000);
  });
});
