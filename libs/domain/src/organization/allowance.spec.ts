import { FREE_INCLUDED_REQUESTS } from './allowance';

describe('FREE_INCLUDED_REQUESTS', () => {
  it('is the allowance of the Free plan', () => {
    expect(FREE_INCLUDED_REQUESTS).toBe(1_000);
  });
});
