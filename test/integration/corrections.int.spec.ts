import { reverseCharge } from '@floopy/application';
import { organizationIdOf } from '@floopy/domain';
import { createCorrectionStore, createSpendFollowerStore } from '@floopy/postgres';
import { followSpend } from '@floopy/application';
import { operate } from '../../apps/operator/test/operate';
import { live, publishInThePast, randomNumbers, someArrivals, someChanges } from '../golden/two-years-of-usage';
import { openUsageFeed } from '../support/applied-usage';
import { CLOCK_AND_HASH, createSeededDatabase, type SeededDatabase } from '../support/seeded-database';
import { catchUp } from '../support/spend-fixture';
import { aPlainVoid } from '../support/usage-records';

const SEED = 23;

describe('corrections of two years of changing plans, anchors and late usage', () => {
  let database: SeededDatabase;
  beforeAll(async () => {
    database = await createSeededDatabase();
    await publishInThePast(database);
    await live(database, someChanges(randomNumbers(SEED)), someArrivals(randomNumbers(SEED + 1)));
  }, 120_000);
  afterAll(() => database.drop());

  const run = (...args: string[]) => operate([...args, '--json'], { DATABASE_URL: database.url });
  const rowsOf = async <Row extends object>(text: string): Promise<Row[]> =>
    (await database.pool.query<Row>(text)).rows;

  /** Charges spread over the whole history, more of those past the allowance than of others. */
  function someCharges() {
    return rowsOf<{ id: string; sequence: string; source: string; event: string; counted: boolean }>(`
      SELECT organization_id AS id, sequence, label.value AS source, cause_id AS event, counted
        FROM ledger_event
        JOIN organization USING (organization_key)
        JOIN label ON label.organization_key = ledger_event.organization_key AND label_key = source_key
       WHERE cause_kind = 1 AND (sequence % 11 = 0 OR (overage_rate IS NOT NULL AND sequence % 2 = 0))
       ORDER BY organization_id, sequence`);
  }

  it('leave everything that is derived as verification and a rebuild derive it', async () => {
    const follow = createSpendFollowerStore(database.pool, { streams: 10, eventsPerStream: 70 });
    await followSpend({ store: follow });
    const charges = await someCharges();
    expect(charges.length).toBeGreaterThan(40);
    const ports = { store: createCorrectionStore(database.pool), ...CLOCK_AND_HASH };
    const [reversed, voided] = [charges.filter((_, n) => n % 2 === 0), charges.filter((_, n) => n % 2 === 1)];
    let refused = 0;
    for (const { id, sequence, counted } of reversed) {
      const request = {
        organizationId: organizationIdOf(id),
        sequence: Number(sequence),
        reason: 'test',
      };
      const outcome = await reverseCharge(ports, { ...request, uncount: counted });
      if (outcome.type === 'refused') refused += 1;
    }
    const feed = await openUsageFeed(database.pool, 'voids');
    const voids = voided.map(({ id, source, event }) =>
      aPlainVoid(event, { id: `void_${id}_${event}`, body: { organization_id: id, source, id: event } }),
    );
    const settled = await feed.apply([...voids, ...voids]);
    expect(settled).toMatchObject({ applied: voided.length, duplicates: voided.length, parked: [] });
    await catchUp(() => followSpend({ store: follow }));

    expect(await run('verify')).toMatchObject({ exitCode: 0, json: { ok: true, mismatches: [] } });
    expect(await run('rebuild', 'all', '--dry-run')).toMatchObject({
      exitCode: 0,
      json: { ok: true, differences: [] },
    });
    const total = await run('statement', '--all', '--at', new Date().toISOString());
    expect(total).toMatchObject({ exitCode: 0, json: { agrees: true } });
    const rare = await rowsOf<{ taken: string; late: string }>(`
      SELECT count(*) FILTER (WHERE uncounted AND overage_rate IS NOT NULL) AS taken,
             (SELECT count(*) FROM period_overage WHERE late_requests < 0) AS late
        FROM ledger_event`);
    // The rare states were reached: overage that was taken back, after its invoice as well.
    expect(Number(rare[0]?.taken)).toBeGreaterThan(5);
    expect(Number(rare[0]?.late)).toBeGreaterThan(0);
    expect(refused).toBeLessThan(reversed.length / 2);
  }, 120_000);

  it('are told by statements, each of which begins where the one before it ended', async () => {
    const months = await rowsOf<{ month: string }>(`
      SELECT to_char(generate_series(min(recorded_at), max(recorded_at) + interval '1 month', interval '1 month'), 'YYYY-MM')
             AS month
        FROM ledger_event JOIN organization USING (organization_key)
       WHERE organization_id = 'org_acme'`);
    let before: { closing: unknown } | null = null;
    for (const { month } of months) {
      const { json } = await run('statement', 'org_acme', month);
      expect(json['opening']).toEqual(before?.closing ?? { position: 0, balance: '0.0000000000' });
      before = json as unknown as { closing: unknown };
    }
    const [head] = await rowsOf<{ balance: string }>(`
      SELECT balance FROM organization_head JOIN organization USING (organization_key) WHERE organization_id = 'org_acme'`);
    expect(before?.closing).toMatchObject({ balance: head?.balance });
  });
});
