import { aTier } from '../../test/a-rate-card';
import { at } from '../../test/a-usage-event';
import { contextTierFor, newestInForce } from './rate-card';

describe('newestInForce', () => {
  const always = { version: 1, inForce: { start: at('2020-01-01T00:00:00Z'), end: null } };
  const november = { version: 2, inForce: { start: at('2026-11-01T00:00:00Z'), end: at('2026-12-01T00:00:00Z') } };
  const fromMid = { version: 3, inForce: { start: at('2026-11-15T00:00:00Z'), end: null } };
  const versions = [november, fromMid, always];

  it.each([
    ['2019-12-31T23:59:59.999Z', null],
    ['2020-01-01T00:00:00Z', 1],
    ['2026-11-01T00:00:00Z', 2],
    ['2026-11-14T23:59:59.999Z', 2],
    ['2026-11-15T00:00:00Z', 3],
    ['2027-01-01T00:00:00Z', 3],
  ])('at %s is version %s', (time, version) => {
    expect(newestInForce(versions, at(time))?.version ?? null).toBe(version);
  });

  it('does not depend on the order in which versions are listed', () => {
    expect(newestInForce([...versions].reverse(), at('2026-11-20T00:00:00Z'))).toBe(fromMid);
    expect(newestInForce([fromMid, november, always], at('2026-11-20T00:00:00Z'))).toBe(fromMid);
  });

  it('falls back to an older version where the newer one has ended', () => {
    expect(newestInForce([always, november], at('2026-12-01T00:00:00Z'))).toBe(always);
  });

  it('is none of none', () => {
    expect(newestInForce([], at('2026-11-20T00:00:00Z'))).toBeNull();
  });
});

describe('contextTierFor', () => {
  const tiers = [aTier({ input: '1' }), aTier({ input: '2' }, 100), aTier({ input: '3' }, 200)];

  it.each([
    [0, 0],
    [1, 0],
    [100, 0],
    [101, 100],
    [200, 100],
    [201, 200],
    [1_000_000, 200],
  ])('puts a request of %s input tokens into the tier above %s', (inputTokens, aboveInputTokens) => {
    expect(contextTierFor(tiers, inputTokens)?.aboveInputTokens).toBe(aboveInputTokens);
  });

  it('is none of none', () => {
    expect(contextTierFor([], 5)).toBeNull();
  });
});
