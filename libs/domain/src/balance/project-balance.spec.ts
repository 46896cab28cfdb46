import { cents } from '../../test/a-rate-card';
import { EMPTY_BALANCE, projectBalance } from './project-balance';

describe('projectBalance', () => {
  it('adds each amount and stands at the position of the last', () => {
    const credited = projectBalance(EMPTY_BALANCE, { sequence: 1, amount: cents('100') });
    const charged = projectBalance(credited, { sequence: 2, amount: cents('-0.0000000001') });
    expect(EMPTY_BALANCE).toEqual({ position: 0, amount: 0n });
    expect(charged).toEqual({ position: 2, amount: cents('99.9999999999') });
  });
});
