import { changeTerms, followSpend, type FollowSpendPorts } from '@floopy/application';
import {
  type Amount,
  ANCHOR_NOTICE_MS,
  type BillingPeriod,
  instantOfMilliseconds,
  type OrganizationId,
  parseAmount,
  periodHolding,
  postAdjustment,
} from '@floopy/domain';
import { CLOCK_AND_HASH } from '../../../../test/support/seeded-database';
import { ACME, catchUp, openSpendFixture, type SpendFixture, spending } from '../../../../test/support/spend-fixture';
import type { PlainUsage } from '../../../../test/support/usage-records';
import { queriesOf } from '../connection/queries';
import { inTransaction } from '../connection/transaction';
import { appendLedgerEvents } from '../ledger/append-ledger-events';
import { internLabels, LabelMemory } from '../ledger/intern-labels';
import { lockStreams } from '../ledger/lock-streams';
import { saveStreamHeads } from '../ledger/save-stream-heads';
import { createTermsStore } from '../organization/terms-store';
import { readTeamSpend } from './read-team-spend';
import { SPEND_FOLLOWER_LOCK } from './spend-follower';
import { createSpendFollowerStore } from './spend-follower-store';

const LIMITS = { streams: 100, eventsPerStream: 1_000 };
const cents = (text: string): Amount => parseAmount(text) ?? (0n as never);

let fixture: SpendFixture;

beforeEach(async () => {
  fixture = await openSpendFixture();
});

afterEach(() => fixture.close());

/** What the tables alone hold: no tail of the ledger helps them. */
function absorbed(): Promise<unknown[][]> {
  return rowsOf(
    `SELECT organization_id, period_start, label.value AS team_id, spend, requests
       FROM team_spend
       JOIN organization USING (organization_key)
       LEFT JOIN label ON label.organization_key = team_spend.organization_key AND label_key = team_key
      ORDER BY 1, 2, 3`,
    'SELECT organization_key, hour, spend, requests FROM hourly_spend ORDER BY 1, 2',
  );
}

/** The same, summed from the ledger by nothing of ours, for organizations with calendar months. */
function recounted(): Promise<unknown[][]> {
  return rowsOf(
    `SELECT organization_id, date_trunc('month', occurred_at, 'UTC') AS period_start, label.value AS team_id,
            -sum(amount) AS spend, count(*) FILTER (WHERE counted) AS requests
       FROM ledger_event
       JOIN organization USING (organization_key)
       LEFT JOIN label ON label.organization_key = ledger_event.organization_key AND label_key = team_key
      WHERE request_id IS NOT NULL
      GROUP BY 1, 2, 3
      ORDER BY 1, 2, 3`,
    `SELECT organization_key, date_trunc('hour', occurred_at, 'UTC') AS hour, -sum(amount) AS spend,
            count(*) FILTER (WHERE counted) AS requests
       FROM ledger_event
      WHERE request_id IS NOT NULL
      GROUP BY 1, 2
      ORDER BY 1, 2`,
  );
}

async function rowsOf(...statements: string[]): Promise<unknown[][]> {
  const answers = await Promise.all(statements.map((text) => fixture.database.pool.query<object>(text)));
  return answers.map(({ rows }) => rows);
}

async function creditOnce(organizationId: OrganizationId, meanwhile: () => Promise<void>): Promise<void> {
  await inTransaction(fixture.database.pool, async (transaction) => {
    const stream = (await lockStreams(transaction, [organizationId])).get(organizationId);
    if (stream === undefined) throw new Error('the organization is seeded');
    const adjustment = { amount: cents('1'), reason: 'test', idempotencyKey: 'key' };
    const { event, head } = postAdjustment(stream.head, adjustment, CLOCK_AND_HASH.clock(), CLOCK_AND_HASH.sha256);
    const { organizationKey } = stream;
    const labels = await internLabels(transaction, [], new LabelMemory());
    await appendLedgerEvents(transaction, [{ event, organizationKey, identity: null }], labels);
    await saveStreamHeads(transaction, [{ organizationKey, head }]);
    await meanwhile();
  });
}

/** Some of everything: three organizations, two months, teams and none, a request with two attempts, a free one. */
function generated(count: number, prefix = 'evt'): PlainUsage[] {
  return Array.from({ length: count }, (_, n) =>
    spending(
      `${prefix}_${n}`,
      n,
      {
        organization_id: ['org_acme', 'org_globex', 'org_initech'][n % 3],
        request_id: `req_${prefix}_${Math.floor(n / 6)}`,
        ...(n % 4 === 0 ? {} : { team_id: `team_${n % 4}` }),
        ...(n % 5 === 0 ? { cache_hit: true } : {}),
      },
      new Date(Date.UTC(2026, 9, 30, n)).toISOString(),
    ),
  );
}

describe('the follower of spend', () => {
  it('sums by team and period what the ledger says, whatever the rounds, and once', async () => {
    await fixture.feed.apply(generated(90));
    const round = fixture.follower({ streams: 2, eventsPerStream: 7 });
    await catchUp(round);
    expect(await absorbed()).toEqual(await recounted());
    await fixture.feed.apply(generated(40, 'later'));
    await catchUp(round);
    expect(await absorbed()).toEqual(await recounted());
    expect(await round()).toBe(0);
  });

  it('comes to the same sums when they are built anew', async () => {
    await fixture.feed.apply(generated(60));
    await catchUp(fixture.follower());
    const before = await absorbed();
    await fixture.database.pool.query(`
      BEGIN;
      SELECT pg_advisory_xact_lock(${SPEND_FOLLOWER_LOCK});
      DELETE FROM team_spend; DELETE FROM hourly_spend; DELETE FROM follower_checkpoint;
      COMMIT`);
    expect(await absorbed()).toEqual([[], []]);
    await catchUp(fixture.follower({ streams: 1, eventsPerStream: 3 }));
    expect(await absorbed()).toEqual(before);
  });

  it('misses no entry when the transaction that began first commits last', async () => {
    const round = fixture.follower();
    await creditOnce(ACME, async () => {
      await fixture.feed.apply([spending('b', 2, { organization_id: 'org_globex', team_id: 'team_b' })]);
      expect(await round()).toBe(1);
    });
    await fixture.feed.apply([spending('a', 1, { team_id: 'team_a' })]);
    expect(await round()).toBe(2);
    expect(await absorbed()).toEqual(await recounted());
    expect(await round()).toBe(0);
  });

  it('adds nothing in a round that fails, and all of it in the next one', async () => {
    await fixture.feed.apply(generated(20));
    const store = createSpendFollowerStore(fixture.database.pool, LIMITS);
    const dying: FollowSpendPorts['store'] = {
      inTurn: (round) =>
        store.inTurn(async (transaction) => {
          expect(await round(transaction)).toBe(20);
          throw new Error('killed before the commit');
        }),
    };
    await expect(followSpend({ store: dying })).rejects.toThrow('killed before the commit');
    expect(await absorbed()).toEqual([[], []]);
    await catchUp(() => followSpend({ store }));
    expect(await absorbed()).toEqual(await recounted());
  });

  it('adds every entry once with several followers at work, and while entries come', async () => {
    const rounds = Array.from({ length: 3 }, () => fixture.follower({ streams: 2, eventsPerStream: 5 }));
    const work = rounds.map(async (round) => {
      for (let turn = 0; turn < 25; turn += 1) await round();
    });
    for (let batch = 0; batch < 5; batch += 1) await fixture.feed.apply(generated(24, `batch_${batch}`));
    await Promise.all(work);
    await catchUp(fixture.follower());
    expect(await absorbed()).toEqual(await recounted());
  });

  it('refuses to add what another has absorbed meanwhile', async () => {
    await fixture.feed.apply(generated(9));
    const store = createSpendFollowerStore(fixture.database.pool, LIMITS);
    const late = store.inTurn(async (transaction) => {
      const streams = await transaction.readStreamsBehind();
      await fixture.database.pool.query(
        'INSERT INTO follower_checkpoint SELECT organization_key, 1, 1 FROM organization',
      );
      await transaction.addSpend(streams.map(({ organizationId }) => ({ organizationId, teams: [], hours: [] })));
      return 1;
    });
    await expect(late).rejects.toThrow('moved by another follower');
  });

  it('keeps to the periods that an organization has set for itself', async () => {
    const turn = instantOfMilliseconds(CLOCK_AND_HASH.clock() - 60_000);
    const recorded = instantOfMilliseconds(turn - ANCHOR_NOTICE_MS);
    const outcome = await changeTerms(
      { store: createTermsStore(fixture.database.pool), clock: () => recorded, onChanged: () => Promise.resolve() },
      {
        organizationId: ACME,
        change: { type: 'billing_anchor', day: 15, hour: 6 },
        effectiveAt: turn,
        actor: 'operator',
        changedBy: 'ada',
      },
    );
    if (outcome.type !== 'changed') throw new Error(`the anchor was ${outcome.type}`);
    const anchors = [{ effectiveAt: turn, day: 15, hour: 6 }];
    const times = [turn - 1, turn, turn + 1];
    await fixture.feed.apply(
      times.map((time, n) => spending(`cut_${n}`, 10 ** n, { team_id: 'team_a' }, new Date(time).toISOString())),
    );
    const before = periodHolding(anchors, recorded);
    const after = periodHolding(anchors, turn);
    const spentIn = async (period: BillingPeriod) =>
      (await readTeamSpend(queriesOf(fixture.database.pool), fixture.keyOf(ACME), period)).map(({ spend }) => spend);
    const sums = async () => [...(await spentIn(before)), ...(await spentIn(after))];
    expect(await sums()).toEqual([cents('0.001'), cents('0.11')]);
    await catchUp(fixture.follower());
    expect(await sums()).toEqual([cents('0.001'), cents('0.11')]);
  });
});
