import { createLogger } from './logging/create-logger';
import { createMetrics } from './metrics/create-metrics';
import { runRounds } from './run-rounds';

describe('runRounds', () => {
  it('goes on after a round that failed, says so once, counts what was done, and ends when it is stopped', async () => {
    const facts: Record<string, unknown>[] = [];
    const write = (line: string) => void facts.push(JSON.parse(line) as Record<string, unknown>);
    const log = createLogger({ app: 'test', level: 'info', destination: { write } });
    const metrics = createMetrics('test');
    const stop = new AbortController();
    const healths: string[] = [];
    let turns = 0;
    const rounds = runRounds(
      {
        kind: 'follower',
        name: 'spend',
        help: 'Absorbed.',
        log,
        metrics,
        round: async () => {
          await Promise.resolve();
          turns += 1;
          healths.push(rounds.health().status);
          if (turns === 2 || turns === 3) throw new Error('away');
          if (turns === 5) stop.abort();
          return turns === 5 ? 0 : 10;
        },
      },
      stop.signal,
    );
    await rounds.ended;
    expect(facts.map(({ msg, follower }) => [msg, follower])).toEqual([
      ['follower_failing', 'spend'],
      ['follower_recovered', 'spend'],
    ]);
    expect(await metrics.scrape()).toContain('floopy_follower_spend_total{app="test"} 20');
    expect([...healths, rounds.health().status]).toEqual(['up', 'up', 'down', 'down', 'up', 'up']);
  });
});
