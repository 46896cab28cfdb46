/** Stands for the follower of spend in `follower_checkpoint`; another follower takes another number. */
export const SPEND_FOLLOWER = 1;

/** Any number will do, as long as every follower of spend takes the same, and so does who builds its sums anew. */
export const SPEND_FOLLOWER_LOCK = 7_305_113;
