/** Requests that every organization may use in a billing period while plans do not exist: the Free plan's. */
export const FREE_INCLUDED_REQUESTS = 1_000;
