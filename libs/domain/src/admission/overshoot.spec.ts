import * as fc from 'fast-check';
import { cents } from '../../test/a-rate-card';
import { type Amount, amountOfUnits } from '../money/amount';
import { addOvershoot, NO_OVERSHOOT, OVERSHOOT_CAUSES, standingExcess } from './overshoot';

describe('overshoot', () => {
  it('is only the part of a movement that nothing was left for', () => {
    const passed = addOvershoot(NO_OVERSHOOT, 'above_hold', cents('2'), cents('-3'));
    expect([passed.caused.above_hold, standingExcess(passed)]).toEqual([cents('3'), cents('3')]);
    expect(addOvershoot(NO_OVERSHOOT, 'refund', cents('5'), cents('0'))).toBe(NO_OVERSHOOT);
  });

  it('is made good by what comes back, and keeps its cause', () => {
    const passed = addOvershoot(NO_OVERSHOOT, 'refund', cents('0'), cents('-3'));
    const better = addOvershoot(passed, 'refund', cents('-3'), cents('10'));
    expect([better.caused.refund, better.recovered, standingExcess(better)]).toEqual([
      cents('3'),
      cents('3'),
      cents('0'),
    ]);
  });

  it('equals, to the unit, how far the limit is passed, whatever moved it', () => {
    const movement = fc.tuple(fc.constantFrom(...OVERSHOOT_CAUSES), fc.bigInt({ min: -50n, max: 50n }));
    fc.assert(
      fc.property(fc.array(movement), (movements) => {
        let left = amountOfUnits(10n);
        let passed = NO_OVERSHOOT;
        for (const [cause, step] of movements) {
          const after = (left + step) as Amount;
          passed = addOvershoot(passed, cause, left, after);
          left = after;
          expect(standingExcess(passed)).toBe(left < 0n ? -left : 0n);
        }
      }),
    );
  });
});
