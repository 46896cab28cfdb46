import { createHash } from 'node:crypto';
import { type LedgerPart, verifyLedger } from '@floopy/application';
import { openUsageFeed, type UsageFeed } from '../../../../test/support/applied-usage';
import { createSeededDatabase, type SeededDatabase } from '../../../../test/support/seeded-database';
import { aPlainUsage } from '../../../../test/support/usage-records';
import { queriesOf } from '../connection/queries';
import { findOrganizationKey } from '../organization/find-organization-key';
import { organizationIdOf } from '@floopy/domain';
import { STREAMED_COLUMNS } from './stream-columns';
import { inLedgerSnapshot } from './stream-ledger';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const MORE_THAN_A_BATCH = 1_200;

describe('inLedgerSnapshot', () => {
  let database: SeededDatabase;
  let feed: UsageFeed;

  beforeAll(async () => {
    database = await createSeededDatabase(['org_acme', 'org_idle', 'org_globex']);
    feed = await openUsageFeed(database.pool);
    await feed.apply([...usagesOf('org_acme', MORE_THAN_A_BATCH), ...usagesOf('org_globex', 3)]);
  });

  afterAll(() => database.drop());

  const partsOf = (organizationKey: number | null = null): Promise<LedgerPart[]> =>
    inLedgerSnapshot(
      database.pool,
      async (snapshot) => {
        const parts: LedgerPart[] = [];
        for await (const part of snapshot.readParts()) parts.push(part);
        return parts;
      },
      organizationKey,
    );

  it('reads every column there is, so that none goes unverified', async () => {
    const { rows } = await database.pool.query<{ name: string }>(
      "SELECT column_name AS name FROM information_schema.columns WHERE table_name = 'ledger_event'",
    );
    expect(new Set(STREAMED_COLUMNS)).toEqual(new Set(rows.map(({ name }) => name)));
  });

  it('announces every organization, also an idle one, and gives each its entries in order', async () => {
    const told = (await partsOf()).map((part) => {
      if (part.type === 'entries') return part.entries.length;
      return part.type === 'stream' ? part.stream.organizationId : part.type;
    });
    expect(told[0]).toBe('org_acme');
    expect(told.slice(-3)).toEqual(['org_idle', 'org_globex', 3]);
    const entries = (await partsOf()).flatMap((part) => (part.type === 'entries' ? part.entries : []));
    const positions = entries.map((entry) => (entry.type === 'entry' ? entry.event.sequence : 0));
    expect(positions.slice(0, MORE_THAN_A_BATCH)).toEqual(positions.slice(0, MORE_THAN_A_BATCH).map((_, i) => i + 1));
    expect(positions.slice(MORE_THAN_A_BATCH)).toEqual([1, 2, 3]);
  });

  it('reads one organization by itself', async () => {
    const key = await findOrganizationKey(queriesOf(database.pool), organizationIdOf('org_globex'));
    const parts = await partsOf(key);
    expect(parts).toMatchObject([
      { type: 'stream', stream: { organizationId: 'org_globex', head: { sequence: 3 } } },
      { type: 'entries' },
    ]);
  });

  it('sees one moment of everything, however much is appended meanwhile', async () => {
    const verification = await inLedgerSnapshot(database.pool, async (snapshot) => {
      await snapshot.readPublishedContents();
      await feed.apply(usagesOf('org_idle', 5));
      return verifyLedger({ snapshot, sha256, onProgress: () => undefined });
    });
    expect(verification).toMatchObject({ ok: true, checked: { entries: MORE_THAN_A_BATCH + 3, partitions: 1 } });
    const after = await inLedgerSnapshot(database.pool, (snapshot) =>
      verifyLedger({ snapshot, sha256, onProgress: () => undefined }),
    );
    expect(after).toMatchObject({ ok: true, checked: { entries: MORE_THAN_A_BATCH + 8 } });
  });

  it('gives its connection back when a reader stops early, or fails', async () => {
    const first = await inLedgerSnapshot(database.pool, async (snapshot) => {
      for await (const part of snapshot.readParts()) return part.type;
      return 'nothing';
    });
    expect(first).toBe('stream');
    const failing = inLedgerSnapshot(database.pool, () => Promise.reject(new Error('seen enough')));
    await expect(failing).rejects.toThrow('seen enough');
    expect(database.pool.idleCount).toBe(database.pool.totalCount);
  });
});

function usagesOf(organizationId: string, count: number) {
  return Array.from({ length: count }, (_, index) =>
    aPlainUsage({ id: `evt_${index}`, body: { organization_id: organizationId, request_id: `req_${index}` } }),
  );
}
