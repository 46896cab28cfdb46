import { changeTerms, publishPlans, verifyLedger } from '@floopy/application';
import {
  amountOfUnits,
  calendarMonthOf,
  GENESIS_HASH,
  hashLedgerEvent,
  type Instant,
  instantOfMilliseconds,
  organizationIdOf,
  type PlanDraft,
  SEEDED_PLANS,
  type TermsChange,
  UNITS_PER_CENT,
} from '@floopy/domain';
import { openUsageFeed, type UsageFeed } from '../../../../test/support/applied-usage';
import { CLOCK_AND_HASH, createSeededDatabase, type SeededDatabase } from '../../../../test/support/seeded-database';
import { aPlainUsage, type PlainUsage } from '../../../../test/support/usage-records';
import { queriesOf } from '../connection/queries';
import { readLedgerEvents } from '../ledger/read-ledger-events';
import { inLedgerSnapshot } from '../ledger/stream-ledger';
import { findOrganizationKey } from '../organization/find-organization-key';
import { createTermsStore } from '../organization/terms-store';
import { countOverage } from '../overage/count-overage';
import { createPlanStore } from '../plans/plan-store';

const ACME = organizationIdOf('org_acme');
const ON: TermsChange = { type: 'overage', enabled: true };
const OFF: TermsChange = { type: 'overage', enabled: false };
/** Small enough for a test, and a tenth of a cent for each request past it. */
const SMALL = aDraft({ id: 'small', includedRequests: 50 });
const LARGE = aDraft({ id: 'large', includedRequests: 150, overageRate: amountOfUnits(UNITS_PER_CENT / 4n) });

function aDraft(stated: Partial<PlanDraft>): PlanDraft {
  const [, pro] = SEEDED_PLANS;
  if (pro === undefined) throw new Error('there are seeded plans');
  return { ...pro, ...stated };
}

const EARLY = instantOfMilliseconds(Date.UTC(2026, 8, 1));
const iso = (at: number): string => new Date(at).toISOString();

describe('posting under plans', () => {
  let database: SeededDatabase;
  let feeds: UsageFeed[];

  beforeEach(async () => {
    database = await createSeededDatabase();
    feeds = [await openUsageFeed(database.pool, 'usage.test', 0), await openUsageFeed(database.pool, 'usage.test', 1)];
    const ports = { store: createPlanStore(database.pool), ...CLOCK_AND_HASH, clock: () => EARLY };
    await publishPlans(ports, { drafts: [SMALL, LARGE], effectiveAt: null, publishedBy: 'ada' });
  });

  afterEach(() => database.drop());

  async function change(to: TermsChange, now: () => Instant = CLOCK_AND_HASH.clock): Promise<void> {
    const ports = { store: createTermsStore(database.pool), clock: now, onChanged: () => Promise.resolve() };
    const request = {
      organizationId: ACME,
      change: to,
      effectiveAt: null,
      actor: 'operator',
      changedBy: 'ada',
    } as const;
    const outcome = await changeTerms(ports, request);
    if (outcome.type === 'refused') throw new Error(outcome.code);
  }

  async function rowsOf<Row extends Record<string, unknown>>(text: string): Promise<Row[]> {
    return (await database.pool.query<Row>(text)).rows;
  }

  async function standings(): Promise<Record<string, number>> {
    const rows = await rowsOf<{ standing: number; count: string }>(
      'SELECT standing, count(*) FROM ledger_event WHERE request_id IS NOT NULL GROUP BY standing',
    );
    return Object.fromEntries(
      rows.map(({ standing, count }) => [STANDINGS[standing] ?? String(standing), Number(count)]),
    );
  }

  async function expectVerified(): Promise<void> {
    const verification = await inLedgerSnapshot(database.pool, (snapshot) =>
      verifyLedger({ snapshot, sha256: CLOCK_AND_HASH.sha256, onProgress: () => undefined }),
    );
    expect(verification.mismatches).toEqual([]);
  }

  /** Batches of ten, one after the other on each of both partitions, which go side by side. */
  async function applyOnBoth(batches: number, between: () => Promise<void> = () => Promise.resolve()): Promise<void> {
    await Promise.all(
      feeds.map(async (feed, partition) => {
        for (let batch = 0; batch < batches; batch += 1) {
          const time = iso(CLOCK_AND_HASH.clock());
          await feed.apply(Array.from({ length: 10 }, (_, n) => usage(`${partition}_${batch}_${n}`, time)));
          await between();
        }
      }),
    );
  }

  /** Makes of what is posted what it would have been before there were plans, down to the hashes. */
  async function forgetPlans(): Promise<void> {
    const organizationKey = (await findOrganizationKey(queriesOf(database.pool), ACME)) ?? 0;
    const range = { organizationKey, organizationId: ACME, after: 0, order: 'oldest_first', limit: 1_000 } as const;
    const stored = await readLedgerEvents(queriesOf(database.pool), range);
    const client = await database.pool.connect();
    await client.query('ALTER TABLE ledger_event DROP CONSTRAINT usage_is_posted_under_a_plan');
    await client.query('SET session_replication_role = replica');
    let hash = GENESIS_HASH;
    for (const { event } of stored) {
      const unplanned = { ...event, usage: event.usage && { ...event.usage, plan: null } };
      hash = hashLedgerEvent(unplanned, hash, CLOCK_AND_HASH.sha256);
      await client.query(
        "UPDATE ledger_event SET plan_version = NULL, standing = NULL, hash = decode($1, 'hex') WHERE sequence = $2",
        [hash, event.sequence],
      );
    }
    await client.query(
      "UPDATE organization_head SET hash = decode($1, 'hex'), period_start = NULL, period_requests = NULL WHERE organization_key = $2",
      [hash, organizationKey],
    );
    await client.query('RESET session_replication_role');
    client.release();
  }

  const usage = (id: string, time: string, body: Record<string, unknown> = {}): PlainUsage =>
    aPlainUsage({ id: `evt_${id}`, time, body: { request_id: `req_${id}`, ...body } });

  it('includes exactly the allowance, and bills exactly the rest, when two partitions post at once', async () => {
    await change({ type: 'plan', planId: 'small' });
    await change(ON);
    await applyOnBoth(15);
    expect(await standings()).toEqual({ included: 50, overage: 250 });
    const [first] = await rowsOf('SELECT count(*)::int AS n FROM ledger_event WHERE sequence <= 50 AND standing = 1');
    expect(first).toEqual({ n: 50 });
    const [head] = await rowsOf('SELECT period_requests FROM organization_head WHERE period_start IS NOT NULL');
    expect(head).toEqual({ period_requests: '300' });
    const [overage] = await rowsOf('SELECT requests, amount, late_requests, excess_requests FROM period_overage');
    expect(overage).toEqual({ requests: '250', amount: '25.0000000000', late_requests: '0', excess_requests: '0' });
    await expectVerified();
    const queries = queriesOf(database.pool);
    const key = (await findOrganizationKey(queries, ACME)) ?? 0;
    for (const position of [0, 50, 51, 149, 151, 299, 300]) {
      const counted = await countOverage(queries, key, calendarMonthOf(CLOCK_AND_HASH.clock()), { position, end: 300 });
      expect({ position, counted }).toEqual({ position, counted: Math.max(0, position - 50) });
    }
  });

  it('posts every request under exactly the changes that were recorded before it, however they race', async () => {
    await change({ type: 'plan', planId: 'small' });
    let turn = 0;
    await applyOnBoth(20, () => change((turn += 1) % 2 === 0 ? OFF : ON));
    const { overage = 0, excess_unbilled: excess = 0, included } = await standings();
    expect({ included, sum: overage + excess }).toEqual({ included: 50, sum: 350 });
    expect([overage > 0, excess > 0]).toEqual([true, true]);
    const wrong = await rowsOf(`
      SELECT sequence FROM ledger_event AS event
       WHERE standing IN (2, 3)
         AND (standing = 2) IS DISTINCT FROM coalesce(
               (SELECT (content::json ->> 'enabled')::bool FROM organization_change AS change
                 WHERE change.organization_key = event.organization_key AND kind = 3
                   AND change.position < event.sequence AND change.effective_at <= event.occurred_at
                 ORDER BY effective_at DESC, change_number DESC LIMIT 1), false)`);
    expect(wrong).toEqual([]);
    await expectVerified();
  });

  it('moves the threshold with an upgrade for what is posted later, and not with a downgrade', async () => {
    await change({ type: 'plan', planId: 'small' });
    await change(ON);
    let applied = 0;
    const plans = ['large', 'small'] as const;
    await applyOnBoth(12, async () => {
      applied += 1;
      const planId = plans[applied % 2];
      if (applied > 8 && planId !== undefined) await change({ type: 'plan', planId });
    });
    const rows = await rowsOf<{ plan_version: number; standing: number; n: number }>(
      'SELECT plan_version, standing, count(*)::int AS n FROM ledger_event GROUP BY 1, 2 ORDER BY 1, 2',
    );
    const [small, large] = [rows.filter((row) => row.plan_version === 4), rows.filter((row) => row.plan_version === 5)];
    expect(small.find(({ standing }) => standing === 1)).toMatchObject({ n: 50 });
    expect(large.length).toBeGreaterThan(0);
    const [late] = await rowsOf<{ n: number }>(`
      SELECT count(*)::int AS n FROM ledger_event
       WHERE plan_version = 4 AND sequence > (SELECT min(sequence) FROM ledger_event WHERE plan_version = 5)`);
    expect(late).toEqual({ n: 0 });
    await expectVerified();
  });

  it('counts a request once, whatever duplicates, attempts and periods it comes in', async () => {
    await change({ type: 'plan', planId: 'small' });
    const [first, second] = feeds;
    const november = calendarMonthOf(instantOfMilliseconds(Date.UTC(2026, 10, 2)));
    const times = [iso(november.start), iso(november.start + 1), iso(november.start - 1)] as const;
    const now = instantOfMilliseconds(Date.UTC(2026, 10, 2));
    const served = usage('a', times[0]);
    const failed = usage('b', times[0], { outcome: 'upstream_error', usage: { input_tokens: 0, output_tokens: 0 } });
    const retried = { ...usage('b2', times[1]), body: { ...served.body, request_id: 'req_b' } };
    const again = { ...usage('a2', times[2]), body: { ...served.body, attempt_id: 'att_2' } };
    await first?.apply([served, served, failed, retried], now);
    await second?.apply([served, again, usage('c', times[2]), usage('c', times[2])], now);
    const rows = await rowsOf('SELECT cause_id, standing, counted FROM ledger_event ORDER BY sequence');
    expect(rows).toEqual([
      { cause_id: 'evt_a', standing: 1, counted: true },
      { cause_id: 'evt_b', standing: 5, counted: false },
      { cause_id: 'evt_b2', standing: 1, counted: true },
      { cause_id: 'evt_a2', standing: 4, counted: false },
      { cause_id: 'evt_c', standing: 1, counted: true },
    ]);
    const months = await rowsOf('SELECT requests FROM monthly_usage ORDER BY period_start');
    expect(months).toEqual([{ requests: '1' }, { requests: '2' }]);
  });

  it('judges late usage in its own period, and carries only the money of it', async () => {
    const october = instantOfMilliseconds(Date.UTC(2026, 9, 10));
    await change({ type: 'plan', planId: 'small' }, () => october);
    await change(ON, () => october);
    const [feed] = feeds;
    const [inOctober, inNovember] = [iso(Date.UTC(2026, 9, 20)), iso(Date.UTC(2026, 10, 1))];
    const many = (name: string, count: number, time: string) =>
      Array.from({ length: count }, (_, n) => usage(`${name}_${n}`, time));
    await feed?.apply(many('ontime', 49, inOctober), instantOfMilliseconds(Date.UTC(2026, 9, 21)));
    // Ten minutes after its end October is frozen; one millisecond earlier it takes what is on its way.
    const frozen = Date.UTC(2026, 10, 1, 0, 10);
    await feed?.apply([...many('end', 2, inOctober), ...many('new', 3, inNovember)], instantOfMilliseconds(frozen - 1));
    await feed?.apply(many('late', 4, inOctober), instantOfMilliseconds(frozen));
    const overage = await rowsOf('SELECT requests, amount, late_requests, late_amount FROM period_overage');
    const tenths = { amount: '0.1000000000', late_amount: '0.4000000000' };
    expect(overage).toEqual([{ requests: '1', late_requests: '4', ...tenths }]);
    const carried = await rowsOf('SELECT source_start, into_start, requests, amount FROM carried_overage');
    const periods = { source_start: new Date(Date.UTC(2026, 9, 1)), into_start: new Date(Date.UTC(2026, 10, 1)) };
    expect(carried).toEqual([{ ...periods, requests: '4', amount: '0.4000000000' }]);
    const [head] = await rowsOf('SELECT period_start, period_requests FROM organization_head WHERE sequence > 0');
    expect(head).toEqual({ period_start: new Date(Date.UTC(2026, 10, 1)), period_requests: '3' });
  });

  it('goes on from what was counted before there were plans', async () => {
    await change({ type: 'plan', planId: 'small' });
    const [feed, other] = feeds;
    const time = iso(CLOCK_AND_HASH.clock());
    await feed?.apply(Array.from({ length: 45 }, (_, n) => usage(`before_${n}`, time)));
    await forgetPlans();
    await expectVerified();
    await other?.apply(Array.from({ length: 10 }, (_, n) => usage(`after_${n}`, time)));
    expect(await standings()).toEqual({ null: 45, included: 5, excess_unbilled: 5 });
    await expectVerified();
  });

  it('takes the markup of the plan where none was agreed with the organization', async () => {
    const marked = aDraft({ id: 'marked', markupBasisPoints: 10_000 });
    const ports = { store: createPlanStore(database.pool), ...CLOCK_AND_HASH };
    const [feed] = feeds;
    const time = iso(CLOCK_AND_HASH.clock());
    await feed?.apply([usage('before', time)]);
    await publishPlans(ports, { drafts: [marked], effectiveAt: null, publishedBy: 'ada' });
    await change({ type: 'plan', planId: 'marked' });
    await feed?.apply([usage('after', time)]);
    await database.pool.query("UPDATE organization SET markup_basis_points = 0 WHERE organization_id = 'org_acme'");
    await feed?.apply([usage('agreed', time)]);
    const rows = await rowsOf<{ amount: string }>('SELECT amount FROM ledger_event ORDER BY sequence');
    expect(rows.map(({ amount }) => amount)).toEqual(['-2.5142500000', '-5.0285000000', '-2.5142500000']);
  });

  it('refuses usage of a consumer that knows nothing of plans', async () => {
    const [feed] = feeds;
    await feed?.apply([usage('a', iso(CLOCK_AND_HASH.clock()))]);
    const unplanned = `
      INSERT INTO ledger_event (organization_key, sequence, type, amount, balance_after, occurred_at, recorded_at, cause_kind,
                                cause_id, hash, request_id)
      SELECT organization_key, 2, type, amount, balance_after, occurred_at, recorded_at, cause_kind, cause_id, hash, 'req_x'
        FROM ledger_event`;
    await expect(database.pool.query(unplanned)).rejects.toThrow('usage_is_posted_under_a_plan');
  });
});

const STANDINGS: Readonly<Record<number, string>> = {
  1: 'included',
  2: 'overage',
  3: 'excess_unbilled',
  4: 'repeated',
  5: 'exempt',
};
