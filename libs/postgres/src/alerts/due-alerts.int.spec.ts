import { changeTerms, raiseAlerts } from '@floopy/application';
import {
  type AlertStanding,
  burnRateOf,
  type Instant,
  instantOfMilliseconds,
  type OrganizationId,
  type RecordedAlert,
  type TermsChange,
} from '@floopy/domain';
import {
  ACME,
  catchUp,
  GLOBEX,
  openSpendFixture,
  type SpendFixture,
  spending,
} from '../../../../test/support/spend-fixture';
import { queriesOf } from '../connection/queries';
import { inTransaction } from '../connection/transaction';
import { createTermsStore } from '../organization/terms-store';
import { readHourlySpend } from '../spend/read-hourly-spend';
import { createAlertStore } from './alert-store';
import { DueAlerts } from './due-alerts';
import { saveAlertSettings } from './save-alert-settings';
import { findAlertSettings } from './find-alert-settings';

const SWEEP_MS = 60_000;
const NEVER_AGAIN = { organizations: 100, sweepEveryMs: Number.MAX_SAFE_INTEGER };
const NOW = instantOfMilliseconds(Date.now());
const DAY_MS = 86_400_000;

let fixture: SpendFixture;
beforeEach(async () => {
  fixture = await openSpendFixture();
});
afterEach(() => fixture.close());

/** A judge whose first look at everybody is over. */
async function aJudge(limits = NEVER_AGAIN): Promise<(now?: Instant) => Promise<RecordedAlert[]>> {
  const store = createAlertStore(fixture.database.pool, limits, ({ value }) => {
    const body = JSON.parse(Buffer.from(value ?? []).toString()) as { provider: string; model: string };
    return { provider: body.provider, model: body.model };
  });
  let alerts = 0;
  const judge = async (now = instantOfMilliseconds(Date.now())): Promise<RecordedAlert[]> => {
    const raised: RecordedAlert[] = [];
    const alertId = () => `alr_${(alerts += 1)}_${Math.random()}`;
    await raiseAlerts({ store, clock: () => now, alertId, onRaised: (some) => void raised.push(...some) });
    return raised;
  };
  await judge();
  return judge;
}

/** Who is due now, and where they stand. */
async function dueNow(due: DueAlerts, now = NOW): Promise<Map<OrganizationId, AlertStanding>> {
  const { subjects } = await inTransaction(fixture.database.pool, (transaction) => due.read(transaction, now));
  return new Map(subjects.map(({ organizationId, standing }) => [organizationId, standing]));
}

async function change(organizationId: OrganizationId, changed: TermsChange): Promise<void> {
  const ports = {
    store: createTermsStore(fixture.database.pool),
    clock: () => NOW,
    onChanged: () => Promise.resolve(),
  };
  const outcome = await changeTerms(ports, {
    organizationId,
    change: changed,
    effectiveAt: null,
    changedBy: 'test',
    actor: 'operator',
  });
  if (outcome.type !== 'changed') throw new Error(`not changed: ${outcome.type}`);
}

const kinds = (alerts: readonly RecordedAlert[]): string[] =>
  alerts.map(({ kind, organizationId: id }) => `${id} ${kind}`);
const hoursAgo = (hours: number): string => new Date(NOW - hours * 3_600_000).toISOString();

describe('a round of alerts', () => {
  it('judges who has moved, at the place in the ledger that it has seen, and nobody twice for nothing', async () => {
    const judge = await aJudge();
    await fixture.feed.apply([spending('a', 2_000)]);
    const [alert] = await judge();
    expect(alert).toMatchObject({ organizationId: ACME, kind: 'balance_low', position: 1 });
    const due = new DueAlerts(NEVER_AGAIN, () => null);
    // The first look is at everybody, with a ledger or without.
    expect([...(await dueNow(due)).keys()].length).toBeGreaterThan(2);
    expect([...(await dueNow(due)).keys()]).toEqual([]);
    await fixture.feed.apply([spending('b', 10, { organization_id: GLOBEX })]);
    expect([...(await dueNow(due)).keys()]).toEqual([GLOBEX]);
    expect(await judge()).toMatchObject([{ organizationId: GLOBEX }]);
    expect([...(await dueNow(due)).keys()]).toEqual([]);
  });

  it('passes all of many in small rounds', async () => {
    const judge = await aJudge({ ...NEVER_AGAIN, organizations: 1 });
    await fixture.feed.apply([spending('a', 1), spending('b', 1, { organization_id: GLOBEX })]);
    expect(kinds(await judge())).toEqual([`${ACME} balance_low`, `${GLOBEX} balance_low`]);
  });

  it('judges again who changed terms or settings, though nothing was spent', async () => {
    const judge = await aJudge();
    await change(ACME, { type: 'plan', planId: 'pro' });
    await fixture.feed.apply([spending('a', 5_000, { team_id: 'team_search' }, hoursAgo(0))]);
    expect(kinds(await judge())).toEqual([`${ACME} balance_low`, `${ACME} days_left`]);
    await change(ACME, { type: 'team_budget', teamId: 'team_search', limit: 0n as never });
    expect(kinds(await judge())).toEqual([`${ACME} team_budget`, `${ACME} team_budget`]);
    const queries = queriesOf(fixture.database.pool);
    const settings = await findAlertSettings(queries, fixture.keyOf(ACME));
    const stated = { changedBy: 'ada', changedAt: NOW };
    await saveAlertSettings(queries, fixture.keyOf(ACME), { ...settings, daysLeftBelow: [7, 9] }, stated);
    expect(await judge()).toMatchObject([{ kind: 'days_left', threshold: '9' }]);
    expect(await judge()).toEqual([]);
  });

  it('looks at everybody once a minute', async () => {
    const due = new DueAlerts({ organizations: 2, sweepEveryMs: SWEEP_MS }, () => null);
    const seen = async (now: number): Promise<number> => (await dueNow(due, instantOfMilliseconds(now))).size;
    expect([await seen(NOW), await seen(NOW + 1), await seen(NOW + 2)]).toEqual([2, 1, 0]);
    expect(await seen(NOW + SWEEP_MS - 1)).toBe(0);
    expect(await seen(NOW + SWEEP_MS)).toBe(2);
  });

  it('tells once a day of each model without a rate, and of records that could not be applied', async () => {
    const judge = await aJudge();
    const unpriced = (id: string, model: string) => spending(id, 1, { model });
    await fixture.feed.apply([unpriced('a', 'gpt-9'), unpriced('b', 'gpt-9'), unpriced('c', 'o9')]);
    const told = await judge();
    expect(new Set(told.map(({ kind, target }) => `${kind} ${target}`))).toEqual(
      new Set(['dead_letters null', 'unpriced_model openai/gpt-9', 'unpriced_model openai/o9']),
    );
    expect(told.find(({ kind }) => kind === 'dead_letters')?.figures).toEqual({ records: 3 });
    expect(await judge()).toEqual([]);
    // On the next day what was parked on this one was told already.
    expect(await judge(instantOfMilliseconds(NOW + DAY_MS))).toEqual([]);
  });

  it('tells nothing of records that were resolved before anybody looked', async () => {
    const judge = await aJudge();
    await fixture.feed.apply([spending('a', 1, { model: 'gpt-9' }), spending('b', 1, { model: 'o9' })]);
    await fixture.database.pool.query(
      `UPDATE dead_letter SET status = 'discarded', resolved_at = now() WHERE event_id = 'a'`,
    );
    const told = await judge();
    expect(told.map(({ kind, target }) => `${kind} ${target}`).toSorted()).toEqual([
      'dead_letters null',
      'unpriced_model openai/o9',
    ]);
    expect(told.find(({ kind }) => kind === 'dead_letters')?.figures).toEqual({ records: 1 });
  });

  it('tells after a restart what was parked while nobody looked', async () => {
    await fixture.feed.apply([spending('a', 1, { model: 'gpt-9' })]);
    const pool = fixture.database.pool;
    await pool.query(`UPDATE dead_letter SET parked_at = parked_at - interval '3 minutes'`);
    const store = createAlertStore(pool, NEVER_AGAIN, () => ({ provider: 'openai', model: 'gpt-9' }));
    const raised: RecordedAlert[] = [];
    const onRaised = (alerts: readonly RecordedAlert[]) => void raised.push(...alerts);
    await raiseAlerts({ store, clock: () => NOW, alertId: () => `alr_${raised.length}_${Math.random()}`, onRaised });
    expect(raised.map(({ kind }) => kind).toSorted()).toEqual(['dead_letters', 'unpriced_model']);
  });

  it('reads what was spent as the folds of the domain do, absorbed or not', async () => {
    for (let nth = 0; nth < 30; nth += 1) {
      await fixture.feed.apply([spending(`e${nth}`, 1_000 + nth * 7, {}, hoursAgo(nth * 7))]);
      if (nth === 20) await catchUp(fixture.follower());
    }
    const due = new DueAlerts(NEVER_AGAIN, () => null);
    const standing = (await dueNow(due)).get(ACME);
    const hours = await readHourlySpend(
      queriesOf(fixture.database.pool),
      fixture.keyOf(ACME),
      instantOfMilliseconds(0),
    );
    expect(standing?.spending?.burn).toEqual(burnRateOf(hours, NOW));
    const compared = hours.filter(({ hour }) => {
      const since = (Math.floor(NOW / 3_600_000) * 3_600_000 - hour) / 3_600_000;
      return since <= 7 * 24 + 1 && since % 24 <= 1;
    });
    expect(compared.length).toBeGreaterThan(1);
    const spent = new Map(compared.map(({ hour, spend }) => [hour, { spend }]));
    expect(standing?.spending?.hours).toEqual(spent);
    expect(standing?.spending?.since).toBe(Math.floor((NOW - 7 * DAY_MS) / 3_600_000) * 3_600_000);
  });
});
