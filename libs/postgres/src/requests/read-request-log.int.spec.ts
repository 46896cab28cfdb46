import { instantOfMilliseconds, organizationIdOf } from '@floopy/domain';
import { openUsageFeed } from '../../../../test/support/applied-usage';
import { createSeededDatabase, type SeededDatabase } from '../../../../test/support/seeded-database';
import { aPlainUsage } from '../../../../test/support/usage-records';
import { queriesOf } from '../connection/queries';
import { readLedgerPage } from '../ledger/read-ledger-page';
import { findOrganizationKey } from '../organization/find-organization-key';
import { MAX_SPEND_GROUPS, readSpend } from '../spend/read-spend';
import { type LogPlace, MAX_ROWS_SCANNED, readRequestLog } from './read-request-log';

const ACME = organizationIdOf('org_acme');
const START = Date.UTC(2026, 9, 1);
const EVENTS = MAX_ROWS_SCANNED + 500;
const BATCH = 2_050;
/** The only events of team_rare: the first two that occurred, so that a log from the latest back finds them last. */
const RARE = [0, 1];

describe('reads of a long ledger', () => {
  let database: SeededDatabase;
  let organization: { readonly organizationKey: number; readonly organizationId: typeof ACME };

  beforeAll(async () => {
    database = await createSeededDatabase();
    const feed = await openUsageFeed(database.pool);
    for (let first = 0; first < EVENTS; first += BATCH) {
      const events = Array.from({ length: Math.min(BATCH, EVENTS - first) }, (_, n) => eventAt(first + n));
      await feed.apply(events);
    }
    const organizationKey = (await findOrganizationKey(queriesOf(database.pool), ACME)) ?? 0;
    organization = { organizationKey, organizationId: ACME };
  }, 120_000);

  afterAll(() => database.drop());

  function eventAt(n: number) {
    return aPlainUsage({
      id: `evt_${n}`,
      // Ten events in each millisecond, so that ties must be broken.
      time: new Date(START + Math.floor(n / 10)).toISOString(),
      body: {
        request_id: `req_${n}`,
        origin: n === 0 ? 'playground' : 'gateway',
        team_id: RARE.includes(n) ? 'team_rare' : 'team_usual',
        prompt_id: `prm_${n % (MAX_SPEND_GROUPS + 5)}`,
        usage: { input_tokens: 0, output_tokens: 1 },
      },
    });
  }

  it('answers a filter that matches little in bounded pages, and misses nothing', async () => {
    const pages: string[][] = [];
    let below: LogPlace | null = null;
    do {
      const { charges, next } = await readRequestLog(queriesOf(database.pool), {
        ...organization,
        limit: 50,
        occurred: { start: instantOfMilliseconds(0), end: null },
        until: EVENTS,
        below,
        filter: { teamId: 'team_rare' },
      });
      pages.push(charges.map(({ event }) => event.cause.id));
      below = next;
    } while (below !== null);
    expect(pages).toEqual([[], ['evt_1', 'evt_0']]);
  });

  it('goes through the whole log in pages, ties and all', async () => {
    const seen: string[] = [];
    let below: LogPlace | null = null;
    do {
      const { charges, next } = await readRequestLog(queriesOf(database.pool), {
        ...organization,
        limit: 2_000,
        occurred: { start: instantOfMilliseconds(0), end: null },
        until: EVENTS,
        below,
        filter: {},
      });
      seen.push(...charges.map(({ event }) => event.cause.id));
      below = next;
    } while (below !== null);
    expect(seen).toEqual(Array.from({ length: EVENTS }, (_, n) => `evt_${EVENTS - 1 - n}`));
  });

  it('finds a rare type in the ledger', async () => {
    const query = { ...organization, after: 0, before: EVENTS + 1, limit: 10 };
    const playground = await readLedgerPage(queriesOf(database.pool), { ...query, type: 'playground' });
    expect(playground.events.map(({ event }) => event.sequence)).toEqual([1]);
    const payments = await readLedgerPage(queriesOf(database.pool), { ...query, type: 'payment' });
    expect(payments).toEqual({ events: [], nextBefore: null });
  });

  it('sums more groups than it shows, and says that there are more', async () => {
    const occurred = { start: instantOfMilliseconds(0), end: null };
    const { organizationKey } = organization;
    const spend = await readSpend(queriesOf(database.pool), { organizationKey, occurred, groupBy: ['prompt'] });
    expect(spend.hasMore).toBe(true);
    expect(spend.groups).toHaveLength(MAX_SPEND_GROUPS);
    // 0.001 cent each, in units of 10^-10 cent.
    expect(spend.total).toBe(BigInt(EVENTS) * 10_000_000n);
  });
});
