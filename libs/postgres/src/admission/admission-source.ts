import type {
  AdmissionSource,
  FollowedPosition,
  JournaledHold,
  LedgerStretch,
  OrganizationSnapshot,
} from '@floopy/application';
import {
  type BillingPeriod,
  holdKeyText,
  type Instant,
  instantOfMilliseconds,
  MOST_LEAKED_LISTED,
  type OrganizationId,
  organizationIdOf,
  periodHolding,
  type SettledHold,
  type Terms,
} from '@floopy/domain';
import type { DatabasePool } from '../connection/pool';
import type { Queries } from '../connection/queries';
import { inTransaction } from '../connection/transaction';
import { amountOfRow } from '../ledger/lock-streams';
import { AnchorMemory } from '../organization/anchor-memory';
import { readTerms } from '../organization/read-terms';
import { readLeakedHolds } from './read-leaked-holds';
import { readOpenHolds } from './read-open-holds';
import { readPeriodUse } from './read-period-use';
import { readSettlingEntries, settlingEntryOf, type SettlingRow } from './read-settling-entries';

/** Entries of one organization in one round: so a hot one does not hold up the others. */
const MOST_ENTRIES = 1_000;
/** Head, holds and ledger of one moment: a hold is settled in the snapshot, or by what is read after it. */
const BEGIN_SNAPSHOT = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY';

interface HeadRow {
  readonly organization_key: number;
  readonly organization_id: string;
  readonly sequence: string;
  readonly balance: string;
  readonly terms_version: number;
}

/** Reads what admission follows, on the writer's pool: it reads of every organization. */
export function createAdmissionSource(pool: DatabasePool): AdmissionSource {
  const anchors = new AnchorMemory();
  return {
    read: (organizationId, now) =>
      inTransaction(pool, (queries) => readSnapshot(queries, organizationId, now), BEGIN_SNAPSHOT),
    readMoved: (known) =>
      known.length === 0
        ? Promise.resolve([])
        : inTransaction(pool, (queries) => readStretches(queries, known, anchors), BEGIN_SNAPSHOT),
  };
}

async function readSnapshot(
  queries: Queries,
  organizationId: OrganizationId,
  now: Instant,
): Promise<OrganizationSnapshot | null> {
  const [head] = await readHeads(queries, [organizationId]);
  if (head === undefined) return null;
  const organizationKey = head.organization_key;
  const terms = await readTerms(queries, organizationKey);
  const uses = [];
  for (const period of periodsAround(terms, now)) uses.push(await readPeriodUse(queries, organizationKey, period));
  const open = await readOpenHolds(queries, { organizationKey, organizationId }, now);
  const earliest = Math.min(...open.map(({ position }) => position));
  const later = await readEverythingPast(queries, organizationKey, earliest, Number(head.sequence));
  return {
    organizationId,
    position: Number(head.sequence),
    balance: amountOfRow(head.balance),
    termsVersion: head.terms_version,
    uses,
    ...sortHolds(open, later, terms),
    leaked: await readLeakedHolds(queries, organizationKey, now, MOST_LEAKED_LISTED),
  };
}

/** The period at hand; the one before it, for a process whose clock is behind; and the next, for usage ahead of ours. */
function periodsAround({ anchors }: Terms, now: Instant): BillingPeriod[] {
  const current = periodHolding(anchors, now);
  const before = periodHolding(anchors, instantOfMilliseconds(current.start - 1));
  return [before, current, periodHolding(anchors, current.end)];
}

async function readEverythingPast(
  queries: Queries,
  organizationKey: number,
  from: number,
  to: number,
): Promise<SettlingRow[]> {
  const rows: SettlingRow[] = [];
  for (let position = from; position < to; position += MOST_ENTRIES) {
    rows.push(...(await readSettlingEntries(queries, [{ organizationKey, position }], MOST_ENTRIES)));
  }
  return rows;
}

/** Which holds the ledger has settled since: an entry before a hold's own position does not concern it. */
function sortHolds(
  open: readonly JournaledHold[],
  later: readonly SettlingRow[],
  terms: Terms,
): Pick<OrganizationSnapshot, 'holds' | 'settled'> {
  const settled: SettledHold[] = [];
  const byKey = new Map(open.map((journaled) => [holdKeyText(journaled.hold), journaled]));
  for (const row of later) {
    const entry = settlingEntryOf(row, terms.anchors);
    if (entry.type === 'credit' || !entry.isServed) continue;
    const keys = [holdKeyText(entry), holdKeyText({ requestId: entry.requestId, attemptId: null })];
    const key = keys.find((each) => (byKey.get(each)?.position ?? Infinity) < Number(row.sequence)) ?? '';
    const journaled = byKey.get(key);
    if (journaled !== undefined) settled.push({ hold: journaled.hold, isRequestCounted: entry.isRequestCounted });
    byKey.delete(key);
  }
  return { holds: [...byKey.values()].map(({ hold }) => hold), settled };
}

async function readStretches(
  queries: Queries,
  known: readonly FollowedPosition[],
  memory: AnchorMemory,
): Promise<LedgerStretch[]> {
  const positions = new Map(known.map((followed) => [followed.organizationId, followed]));
  const heads = await readHeads(queries, [...positions.keys()]);
  const moved = heads.flatMap((head) => {
    const followed = positions.get(organizationIdOf(head.organization_id));
    const hasMoved =
      followed !== undefined &&
      (Number(head.sequence) > followed.position || head.terms_version > followed.termsVersion);
    return hasMoved ? [{ head, organizationKey: head.organization_key, position: followed.position }] : [];
  });
  const rows = moved.length === 0 ? [] : await readSettlingEntries(queries, moved, MOST_ENTRIES);
  const stretches: LedgerStretch[] = [];
  for (const { head, position } of moved) {
    const anchors = await memory.of(queries, head.organization_key, head.terms_version);
    const own = rows.filter((row) => row.organization_key === head.organization_key);
    stretches.push({
      organizationId: organizationIdOf(head.organization_id),
      termsVersion: head.terms_version,
      from: position,
      to: position + own.length,
      entries: own.map((row) => settlingEntryOf(row, anchors)),
    });
  }
  return stretches;
}

async function readHeads(queries: Queries, organizationIds: readonly OrganizationId[]): Promise<HeadRow[]> {
  return queries.query<HeadRow>({
    name: 'read_heads_of_followed',
    text: `
      SELECT organization_key, organization_id, sequence, balance, terms_version
        FROM organization
        JOIN organization_head USING (organization_key)
       WHERE organization_id = ANY ($1::text[])`,
    values: [organizationIds],
  });
}
