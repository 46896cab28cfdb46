import { describeAdmissionStore } from '../../../../test/support/admission-store-contract';
import type { HoldJournal } from './hold-journal';
import { MemoryAdmissionStore } from './memory-admission-store';

const KEEPING: HoldJournal = {
  write: (holds) => Promise.resolve(holds.map(() => 'written')),
  close: () => Promise.resolve(),
};

describe('a store in memory', () => {
  const store = new MemoryAdmissionStore({
    journal: () => KEEPING,
    durability: 'durable',
    onJournalFailure: (error) => {
      throw error;
    },
  });

  describeAdmissionStore(() => store);
});
