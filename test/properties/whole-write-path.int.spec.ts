import * as fc from 'fast-check';
import { histories } from './history/draw-history';
import { runOnDatabase } from './history/run-history';
import { Seen } from './history/seen';

const RUNS = 6;
/** Few enough for every `npm test`; thousands are a drill (`npm run drill -- model`). */
const SEED = 20_261_124;

describe('any history of producers, operators and broken connections', () => {
  it('leaves what an oracle says that shares nothing with the domain, now and as of every earlier position', async () => {
    const seen = new Seen();
    await fc.assert(
      fc.asyncProperty(histories, (steps) => runOnDatabase(steps, seen)),
      { seed: SEED, numRuns: RUNS },
    );
    expect(seen.histories).toBe(RUNS);
    expect([...seen.counts.keys()]).toEqual(
      expect.arrayContaining(['cut: heardCommit', 'cut: statement', 'duplicates', 'entries: reversal']),
    );
  });
});
