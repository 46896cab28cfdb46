import { contextTierName } from './receipt';

describe('contextTierName', () => {
  it('is base for the first tier, and names the threshold of any other', () => {
    expect(contextTierName(0)).toBe('base');
    expect(contextTierName(200_000)).toBe('above_200000');
  });
});
