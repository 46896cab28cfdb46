import { followSpend, PROJECTIONS, rebuildProjections } from '@floopy/application';
import { createRebuildStore, createSpendFollowerStore } from '@floopy/postgres';
import { sha256 } from '@floopy/runtime';
import { operate, type Operated } from '../../apps/operator/test/operate';
import { live, publishInThePast, randomNumbers, someArrivals, someChanges } from '../golden/two-years-of-usage';
import { openUsageFeed, type UsageFeed } from '../support/applied-usage';
import { createSeededDatabase, type SeededDatabase } from '../support/seeded-database';
import { catchUp, spending } from '../support/spend-fixture';
import { until } from '../support/until';

const SEED = 11;
const ORGANIZATIONS = ['org_acme', 'org_globex', 'org_initech'] as const;
const TABLES = ['monthly_usage', 'period_overage', 'carried_overage', 'team_spend', 'hourly_spend'] as const;
const OF_ACME = `organization_key = (SELECT organization_key FROM organization WHERE organization_id = 'org_acme')`;

let database: SeededDatabase;
let feed: UsageFeed;
beforeEach(async () => {
  database = await createSeededDatabase();
});
afterEach(() => database.drop());

const rebuild = (...args: string[]): Promise<Operated> =>
  operate(['rebuild', ...args, '--json'], { DATABASE_URL: database.url });
const sql = (text: string) => database.pool.query<Record<string, string>>(text);
const absorb = () => catchUp(() => followSpend({ store: createSpendFollowerStore(database.pool, LIMITS) }));
const LIMITS = { streams: 10, eventsPerStream: 500 };

/** Every row that a rebuild may touch, as text. */
async function liveRows(): Promise<string[]> {
  const tables = [...TABLES, 'organization_head', 'follower_checkpoint', 'rebuild_run', 'rebuild_progress'];
  const rows = await Promise.all(
    tables.map(async (table) => (await sql(`SELECT '${table} ' || row::text AS row FROM ${table} AS row`)).rows),
  );
  return rows
    .flat()
    .map(({ row }) => row ?? '')
    .sort();
}

/** Usage of three organizations and teams over some days, with attempts that do not count. */
async function applyUsage(count: number, prefix: string): Promise<void> {
  await feed.apply(
    Array.from({ length: count }, (_, n) =>
      spending(
        `${prefix}_${n}`,
        100 + n,
        {
          organization_id: ORGANIZATIONS[n % 3],
          request_id: `req_${prefix}_${Math.floor(n / 6)}`,
          origin: n % 7 === 0 ? 'playground' : 'gateway',
          ...(n % 4 === 0 ? {} : { team_id: `team_${n % 4}` }),
        },
        new Date(Date.UTC(2026, 9, 30, n % 60)).toISOString(),
      ),
    ),
  );
}

describe('a rebuild', () => {
  it('comes to what is live after two years of changing plans, anchors and late usage', async () => {
    await publishInThePast(database);
    await live(database, someChanges(randomNumbers(SEED)), someArrivals(randomNumbers(SEED + 1)));
    for (const table of ['period_overage', 'carried_overage', 'organization_change']) {
      expect((await sql(`SELECT FROM ${table}`)).rowCount).toBeGreaterThan(5);
    }
    // Some of it is absorbed, and the rest is not: spend is compared at the follower's own position.
    await followSpend({ store: createSpendFollowerStore(database.pool, { streams: 1, eventsPerStream: 150 }) });
    for (const chunk of ['9', '53', '200000']) {
      const { exitCode, json } = await rebuild('all', '--dry-run', '--chunk', chunk);
      const { differences, head_faults: head } = json;
      expect({ chunk, exitCode, differences, head }).toEqual({ chunk, exitCode: 0, differences: [], head: [] });
    }
  }, 120_000);

  describe('of ledgers with usage', () => {
    beforeEach(async () => {
      feed = await openUsageFeed(database.pool);
      await applyUsage(120, 'first');
      await absorb();
      await applyUsage(30, 'second');
    });

    it.each([
      ['monthly_usage', `UPDATE monthly_usage SET requests = requests + 1 WHERE ${OF_ACME}`],
      ['monthly_usage', `DELETE FROM monthly_usage WHERE ${OF_ACME} AND origin = 1`],
      ['team_spend', `UPDATE team_spend SET spend = spend + 0.0000000001 WHERE ${OF_ACME} AND team_key = 0`],
      [
        'hourly_spend',
        `INSERT INTO hourly_spend SELECT organization_key, '2020-01-01', 1, 1 FROM organization WHERE ${OF_ACME}`,
      ],
      ['head_period', `UPDATE organization_head SET period_requests = period_requests + 1 WHERE ${OF_ACME}`],
      [
        'period_overage',
        `INSERT INTO period_overage SELECT organization_key, '2026-11-01', '2026-12-01', 1, 0, 0, 0, 0 FROM organization
          WHERE ${OF_ACME}`,
      ],
      ['spend_checkpoint', `UPDATE follower_checkpoint SET sequence = 999 WHERE ${OF_ACME}`],
    ])('names a planted difference of %s and repairs it: %s', async (kind, fault) => {
      await absorb();
      const before = await liveRows();
      await sql(fault);
      const planted = await liveRows();
      const dry = await rebuild('all', '--dry-run');
      expect(dry).toMatchObject({ exitCode: 1, json: { ok: false, dry_run: true, differing: [{ state: 'differs' }] } });
      expect(dry.json['differences']).toContainEqual(expect.objectContaining({ kind, organization_id: 'org_acme' }));
      expect(await liveRows()).toEqual(planted);
      const repaired = await rebuild('all');
      expect(repaired).toMatchObject({
        exitCode: 0,
        json: { ok: true, differing: [{ organization_id: 'org_acme', state: 'replaced' }] },
      });
      expect(repaired.json['differences']).toEqual(dry.json['differences']);
      expect(await rebuild('all', '--dry-run')).toMatchObject({ exitCode: 0, json: { ok: true, differing: [] } });
      const sums = (rows: readonly string[]) => rows.filter((row) => !/^(?:rebuild_run|follower_checkpoint)/.test(row));
      expect(sums(await liveRows())).toEqual(sums(before));
    });

    it('takes corrections as they were taken, also those that uncount a request', async () => {
      const { rows } = await sql(
        `SELECT sequence FROM ledger_event WHERE ${OF_ACME} AND counted ORDER BY sequence LIMIT 2`,
      );
      const [uncounted, kept] = rows.map(({ sequence }) => String(sequence));
      const reverse = (...args: string[]) =>
        operate(['reverse', 'org_acme', ...args, '--reason', 'a mistake', '--json'], { DATABASE_URL: database.url });
      expect((await reverse(uncounted ?? '', '--uncount')).exitCode).toBe(0);
      expect((await reverse(kept ?? '')).exitCode).toBe(0);
      expect((await rebuild('all', '--dry-run')).json).toMatchObject({ ok: true, differences: [], entries: 152 });
      await absorb();
      expect((await rebuild('all', '--dry-run')).json).toMatchObject({ ok: true, differences: [] });
    });

    it('leaves what was not asked for as it is', async () => {
      await sql('UPDATE monthly_usage SET requests = requests + 1; UPDATE hourly_spend SET requests = requests + 1');
      const { json } = await rebuild('hourly-spend', '--organization', 'org_acme');
      expect(json).toMatchObject({ organizations: 1, differing: [{ organization_id: 'org_acme' }] });
      const left = (await rebuild('all', '--dry-run')).json['differences'] as {
        kind: string;
        organization_id: string;
      }[];
      const places = new Set(left.map(({ kind, organization_id: id }) => `${id} ${kind}`));
      expect([...places].sort()).toEqual([
        'org_acme monthly_usage',
        'org_globex hourly_spend',
        'org_globex monthly_usage',
        'org_initech hourly_spend',
        'org_initech monthly_usage',
      ]);
    });

    it('compares heads, and never replaces one', async () => {
      await sql(`UPDATE organization_head SET balance = balance + 1 WHERE ${OF_ACME}`);
      const { exitCode, json } = await rebuild('all');
      expect(exitCode).toBe(1);
      expect(json).toMatchObject({
        differing: [],
        head_faults: [{ kind: 'head_balance', organization_id: 'org_acme', position: 50 }],
      });
    });

    it('that is interrupted goes on where it was', async () => {
      await sql('UPDATE hourly_spend SET requests = requests + 1');
      let told = 0;
      const dying = rebuildProjections(
        {
          store: createRebuildStore(database.pool),
          sha256,
          onProgress() {
            told += 1;
            if (told === 6) throw new Error('killed in the middle');
          },
        },
        { projections: PROJECTIONS, organizationId: null, isDryRun: false },
        { chunkEntries: 20, lanes: 1 },
      );
      await expect(dying).rejects.toThrow('killed in the middle');
      expect((await sql('SELECT * FROM rebuild_progress')).rows).not.toEqual([]);
      const { exitCode, json } = await rebuild('all', '--chunk', '20', '--lanes', '1');
      expect({ exitCode, resumed: json['resumed'] }).toEqual({ exitCode: 0, resumed: true });
      expect(Number(json['entries'])).toBeLessThan(150);
      expect(await rebuild('all', '--dry-run')).toMatchObject({ exitCode: 0, json: { resumed: false, entries: 150 } });
      expect((await sql('SELECT * FROM rebuild_progress')).rows).toEqual([]);
    });

    it('runs once at a time', async () => {
      const client = await database.pool.connect();
      await client.query('SELECT pg_advisory_lock(7305114)');
      const busy = await rebuild('all');
      client.release(true);
      expect(busy).toMatchObject({ exitCode: 1, json: { state: 'busy' } });
      await until(
        () => rebuild('all'),
        ({ exitCode }) => exitCode === 0,
      );
      expect((await rebuild('all')).exitCode).toBe(0);
    });

    it('lets usage come in and readers read, who see neither an error nor a step back', async () => {
      await sql(`UPDATE monthly_usage SET requests = requests - 1 WHERE ${OF_ACME} AND requests > 1`);
      const over = new AbortController();
      const seen: number[] = [];
      const read = async (): Promise<void> => {
        while (!over.signal.aborted) {
          const { rows } = await sql(
            `SELECT sum(requests) AS requests, (SELECT sequence FROM organization_head WHERE ${OF_ACME}) AS sequence
               FROM monthly_usage WHERE ${OF_ACME}`,
          );
          seen.push(Number(rows[0]?.['requests']) + Number(rows[0]?.['sequence']));
        }
      };
      const consume = async (): Promise<void> => {
        for (let batch = 0; batch < 12; batch += 1) await applyUsage(12, `live_${batch}`);
        await absorb();
      };
      const rebuilds = async (): Promise<void> => {
        for (let round = 0; round < 4; round += 1) {
          expect((await rebuild('all', '--chunk', '30')).exitCode).toBe(0);
        }
      };
      const reading = read();
      await Promise.all([consume(), rebuilds()]);
      over.abort();
      await reading;
      expect(seen.length).toBeGreaterThan(5);
      expect(seen).toEqual([...seen].sort((left, right) => left - right));
      expect((await rebuild('all', '--dry-run')).json).toMatchObject({ ok: true, differing: [] });
    });
  });
});
