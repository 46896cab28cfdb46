/** Stands in `follower_checkpoint` for how far alerts of each ledger were judged. */
export const ALERTS_FOLLOWER = 2;

/** Stands there for the number of the change of terms that they were judged by. */
export const ALERTS_TERMS_FOLLOWER = 3;

/** Any number will do, as long as everybody who judges alerts takes the same. */
export const ALERTS_LOCK = 7_305_130;
