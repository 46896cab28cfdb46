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
import { int4Array, int8Array, textArray } from '../connection/binary-array';
import type { DatabasePool } from '../connection/pool';
import { type Queries, queriesOf } from '../connection/queries';
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
    async readMoved(known) {
      // Mostly nobody has moved: that takes one statement, many times a second.
      const hasMoved = known.length > 0 && (await readMovedHeads(queriesOf(pool), known)).length > 0;
      return hasMoved ? inTransaction(pool, (queries) => readStretches(queries, known, anchors), BEGIN_SNAPSHOT) : [];
    },
  };
}

async function readSnapshot(
  queries: Queries,
  organizationId: OrganizationId,
  now: Instant,
): Promise<OrganizationSnapshot | null> {
  const head = await readHead(queries, organizationId);
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
    if (entry.type !== 'usage' || !entry.isServed) continue;
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
  const moved = await readMovedHeads(queries, known);
  const followed = moved.map((head) => ({ organizationKey: head.organization_key, position: Number(head.position) }));
  const rows = moved.length === 0 ? [] : await readSettlingEntries(queries, followed, MOST_ENTRIES);
  const byOrganization = byOrganizationOf(rows);
  const stretches: LedgerStretch[] = [];
  for (const head of moved) {
    const anchors = await memory.of(queries, head.organization_key, head.terms_version);
    const own = byOrganization.get(head.organization_key) ?? [];
    const from = Number(head.position);
    stretches.push({
      organizationId: organizationIdOf(head.organization_id),
      termsVersion: head.terms_version,
      from,
      to: from + own.length,
      entries: own.map((row) => settlingEntryOf(row, anchors)),
    });
  }
  return stretches;
}

function byOrganizationOf(rows: readonly SettlingRow[]): Map<number, SettlingRow[]> {
  const byOrganization = new Map<number, SettlingRow[]>();
  for (const row of rows) {
    const own = byOrganization.get(row.organization_key);
    if (own === undefined) byOrganization.set(row.organization_key, [row]);
    else own.push(row);
  }
  return byOrganization;
}

async function readHead(queries: Queries, organizationId: OrganizationId): Promise<HeadRow | undefined> {
  const [head] = await queries.query<HeadRow>({
    name: 'read_head_to_follow',
    text: `
      SELECT organization_key, organization_id, sequence, balance, terms_version
        FROM organization
        JOIN organization_head USING (organization_key)
       WHERE organization_id = $1`,
    values: [organizationId],
  });
  return head;
}

interface MovedHeadRow extends HeadRow {
  /** To which it was followed. */
  readonly position: string;
}

/** Of those that are followed, the ones that are further by now: a round in which nothing happened brings no row. */
async function readMovedHeads(queries: Queries, known: readonly FollowedPosition[]): Promise<MovedHeadRow[]> {
  return queries.query<MovedHeadRow>({
    name: 'read_moved_heads',
    text: `
      SELECT organization_key, organization_id, sequence, balance, head.terms_version, followed.position
        FROM unnest($1::text[], $2::int8[], $3::int4[]) AS followed (organization_id, position, terms_version)
        JOIN organization USING (organization_id)
        JOIN organization_head AS head USING (organization_key)
       WHERE head.sequence > followed.position OR head.terms_version > followed.terms_version`,
    values: [
      textArray(known.map(({ organizationId }) => organizationId)),
      int8Array(known.map(({ position }) => position)),
      int4Array(known.map(({ termsVersion }) => termsVersion)),
    ],
  });
}
