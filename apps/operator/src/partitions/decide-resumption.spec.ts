import { decideResumption, type Decision, type HaltedPosition } from './decide-resumption';

const HALTED: HaltedPosition = { partition: 3, nextOffset: 4, halted: 'offsets 4 to 5 are gone' };
const decide = (log: { low: number; high: number }, decision: Partial<Decision> = {}) =>
  decideResumption(HALTED, log, { isAnew: false, ...decision });

describe('decideResumption', () => {
  it('goes on where it was when the log has what is read next', () => {
    expect(decide({ low: 0, high: 4 })).toEqual({ beginsAt: null, gone: 0 });
    expect(decide({ low: 4, high: 9 })).toEqual({ beginsAt: null, gone: 0 });
  });

  it('goes on behind what is gone once somebody says how much that is', () => {
    expect(decide({ low: 6, high: 9 }, { gone: 2 })).toEqual({ beginsAt: 6, gone: 2 });
    expect(() => decide({ low: 6, high: 9 })).toThrow('Offsets 4 to 5 are gone and were never applied: say --gone 2');
    expect(() => decide({ low: 7, high: 9 }, { gone: 2 })).toThrow('say --gone 3');
  });

  it('begins at the beginning of another log once somebody says that it is one', () => {
    expect(decide({ low: 0, high: 2 }, { isAnew: true })).toEqual({ beginsAt: 0, gone: 0 });
    expect(decide({ low: 0, high: 9 }, { isAnew: true })).toEqual({ beginsAt: 0, gone: 0 });
    expect(() => decide({ low: 0, high: 2 })).toThrow('The log ends at 2, before offset 4');
  });

  it('refuses what does not fit the log, or a partition that is not halted', () => {
    expect(() => decide({ low: 0, high: 9 }, { gone: 2 })).toThrow('Nothing is gone');
    expect(() => decide({ low: 0, high: 2 }, { gone: 2, isAnew: true })).toThrow('leave --gone out');
    expect(() => decideResumption({ ...HALTED, halted: null }, { low: 0, high: 9 }, { isAnew: false })).toThrow(
      'Partition 3 is not halted',
    );
  });
});
