/** Any number will do, as long as everybody who prices or publishes takes the same. */
export const PRICES_LOCK = 7_305_111;

/**
 * Begins a transaction that prices. Publishing waits for its end, and it waits for a publication under way: the
 * published version that it reads is the newest one until it commits. It must be held before that statement begins,
 * since a statement sees what was committed when it began.
 */
export const BEGIN_PRICING = `BEGIN; SELECT pg_advisory_xact_lock_shared(${PRICES_LOCK})`;
