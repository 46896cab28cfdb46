import * as fc from 'fast-check';
import { admissionSteps, liveThrough } from '../../../../test/support/admission-histories';
import type { HoldJournal } from './hold-journal';
import { MemoryAdmissionStore } from './memory-admission-store';

const KEEPING: HoldJournal = {
  write: (holds) => Promise.resolve(holds.map(() => 'written')),
  close: () => Promise.resolve(),
};

const RUNS = 3_000;
const ANSWERS = (
  'admitted repeated settled monthly_limit_reached team_budget_reached insufficient_credits ' +
  'released not_open settle credit wait'
).split(' ');

describe('a store in memory', () => {
  it('passes no limit and explains every excess to the unit, whatever happens in whatever order', async () => {
    const store = new MemoryAdmissionStore({
      journal: () => KEEPING,
      durability: 'durable',
      onJournalFailure: (error) => {
        throw error;
      },
    });
    const reached = new Map<string, number>();
    const property = fc.asyncProperty(admissionSteps, async (steps) => {
      for (const [name, count] of await liveThrough(store, steps)) reached.set(name, (reached.get(name) ?? 0) + count);
    });
    await fc.assert(property, { numRuns: RUNS });
    for (const answer of ANSWERS) expect(reached.get(answer)).toBeGreaterThan(RUNS / 200);
  });
});
