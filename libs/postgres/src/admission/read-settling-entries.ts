import {
  type BillingAnchor,
  instantOfMilliseconds,
  isServed,
  negateAmount,
  periodHolding,
  type SettlingEntry,
} from '@floopy/domain';
import { int4Array, int8Array } from '../connection/binary-array';
import type { Queries } from '../connection/queries';
import { outcomeCodes } from '../ledger/ledger-codes';
import { amountOfRow } from '../ledger/lock-streams';

export interface SettlingRow {
  readonly organization_key: number;
  readonly sequence: string;
  readonly amount: string;
  readonly occurred_at: Date;
  readonly outcome: number | null;
  readonly counted: boolean | null;
  /** Null on what corrects nothing. */
  readonly uncounted: boolean | null;
  readonly request_id: string | null;
  readonly attempt_id: string | null;
  readonly team_id: string | null;
}

/** What the ledgers of several organizations say past a position of each, in order, at most `limit` entries of each. */
export async function readSettlingEntries(
  queries: Queries,
  streams: readonly { readonly organizationKey: number; readonly position: number }[],
  limit: number,
): Promise<SettlingRow[]> {
  return queries.query<SettlingRow>({
    name: 'read_settling_entries',
    text: `
      SELECT followed.organization_key, event.sequence, event.amount, event.occurred_at, event.outcome, event.counted,
             event.uncounted, event.request_id, event.attempt_id, label.value AS team_id
        FROM unnest($1::int4[], $2::int8[]) AS followed (organization_key, position)
        JOIN ledger_event AS event
          ON event.organization_key = followed.organization_key
         AND event.sequence > followed.position AND event.sequence <= followed.position + $3
        LEFT JOIN label ON label.organization_key = event.organization_key AND label.label_key = event.team_key
       ORDER BY followed.organization_key, event.sequence`,
    values: [
      int4Array(streams.map(({ organizationKey }) => organizationKey)),
      int8Array(streams.map(({ position }) => position)),
      limit,
    ],
  });
}

/** What a ledger entry means for admission, by the anchors of its organization's periods. */
export function settlingEntryOf(row: SettlingRow, anchors: readonly BillingAnchor[]): SettlingEntry {
  const amount = amountOfRow(row.amount);
  const teamId = row.team_id;
  const periodStart = periodHolding(anchors, instantOfMilliseconds(row.occurred_at.getTime())).start;
  if (row.uncounted !== null)
    return { type: 'correction', credit: amount, teamId, periodStart, uncounts: row.uncounted };
  if (row.request_id === null || row.outcome === null) return { type: 'credit', amount };
  const served = isServed(outcomeCodes.wordOf(row.outcome));
  return {
    type: 'usage',
    requestId: row.request_id,
    attemptId: row.attempt_id,
    teamId,
    charge: negateAmount(amount),
    periodStart,
    isServed: served,
    // What was served and did not count was counted before, or never will be: neither needs a slot any more.
    isRequestCounted: served,
    counts: row.counted === true,
  };
}
