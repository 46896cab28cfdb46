/** What a row of `ledger_event` does to counts of requests: one, one less, or nothing. */
export const COUNT_CHANGE = 'CASE WHEN counted THEN 1 WHEN uncounted THEN -1 ELSE 0 END';

/** True of the rows for which that is not nothing. */
export const CHANGES_COUNT = '(counted OR uncounted)';
