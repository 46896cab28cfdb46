/** Why a record was parked; stable codes, part of the contract. */
export const DEAD_LETTER_REASONS = [
  'undecodable',
  'oversized',
  'invalid',
  'unsupported_type',
  'key_mismatch',
  'unknown_organization',
  'unpriced',
  'conflict',
  'too_far_in_future',
  /** A void whose event was not applied, or not yet. */
  'unknown_event',
] as const;
export type DeadLetterReason = (typeof DEAD_LETTER_REASONS)[number];

/** A producer's clock may run ahead of the broker's by this much; past it, the period could be decided wrongly. */
export const MAX_CLOCK_AHEAD_MS = 5 * 60_000;
