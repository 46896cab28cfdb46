import { instantOfMilliseconds, type SpendingEvent } from '@floopy/domain';
import { int4Array, int8Array } from '../connection/binary-array';
import type { Queries } from '../connection/queries';
import { causeKindCodes } from '../ledger/ledger-codes';
import { amountOfRow } from '../ledger/lock-streams';

/** A stretch of one organization's stream: the entries after `after`, up to and with `through`. */
export interface SpendingStretch {
  readonly organizationKey: number;
  readonly after: number;
  readonly through: number;
}

interface SpendingRow {
  readonly organization_key: number;
  readonly amount: string;
  readonly occurred_at: Date;
  readonly cause_kind: number;
  readonly counted: boolean | null;
  readonly uncounted: boolean | null;
  readonly team_id: string | null;
}

/** What stretches of several streams say of spending, in order, by organization key. */
export async function readSpendingEvents(
  queries: Queries,
  stretches: readonly SpendingStretch[],
): Promise<Map<number, SpendingEvent[]>> {
  const rows = await queries.query<SpendingRow>({
    name: 'read_spending_events',
    text: `
      SELECT stretch.organization_key, event.amount, event.occurred_at, event.cause_kind, event.counted,
             event.uncounted, label.value AS team_id
        FROM unnest($1::int4[], $2::int8[], $3::int8[]) AS stretch (organization_key, after, through)
        JOIN ledger_event AS event
          ON event.organization_key = stretch.organization_key
         AND event.sequence > stretch.after AND event.sequence <= stretch.through
        LEFT JOIN label ON label.organization_key = event.organization_key AND label.label_key = event.team_key
       ORDER BY stretch.organization_key, event.sequence`,
    values: [
      int4Array(stretches.map(({ organizationKey }) => organizationKey)),
      int8Array(stretches.map(({ after }) => after)),
      int8Array(stretches.map(({ through }) => through)),
    ],
  });
  const events = new Map<number, SpendingEvent[]>(stretches.map(({ organizationKey }) => [organizationKey, []]));
  for (const row of rows) events.get(row.organization_key)?.push(mapEvent(row));
  return events;
}

function mapEvent(row: SpendingRow): SpendingEvent {
  const { cause_kind: kind, team_id: teamId, counted, uncounted } = row;
  return {
    amount: amountOfRow(row.amount),
    occurredAt: instantOfMilliseconds(row.occurred_at.getTime()),
    usage: kind === causeKindCodes.codeOf('usage_event') ? { teamId, counted: counted === true } : null,
    correction: uncounted === null ? null : { teamId, uncounted },
  };
}
