import { DEAD_LETTER_REASONS, MAX_CLOCK_AHEAD_MS } from './parked-usage';

describe('the reasons for parking a record', () => {
  it('are codes that outsiders build on: one may be added, none renamed', () => {
    expect(DEAD_LETTER_REASONS).toEqual([
      'undecodable',
      'oversized',
      'invalid',
      'unsupported_type',
      'key_mismatch',
      'unknown_organization',
      'unpriced',
      'conflict',
      'too_far_in_future',
      'unknown_event',
    ]);
  });
});

describe('MAX_CLOCK_AHEAD_MS', () => {
  it('is five minutes', () => {
    expect(MAX_CLOCK_AHEAD_MS).toBe(300_000);
  });
});
