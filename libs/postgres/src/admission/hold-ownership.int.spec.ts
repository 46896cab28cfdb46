import { type AdmissionStore, MemoryAdmissionStore, type StoreAnswer } from '@floopy/application';
import { instantOfMilliseconds, organizationIdOf } from '@floopy/domain';
import { describeAdmissionStore } from '../../../../test/support/admission-store-contract';
import { anAdmissionQuestion, cents, LIFETIME_MS, NOON } from '../../../../test/support/an-admission-question';
import { openUsageFeed } from '../../../../test/support/applied-usage';
import { createSeededDatabase, type SeededDatabase } from '../../../../test/support/seeded-database';
import { until } from '../../../../test/support/until';
import { aPlainUsage } from '../../../../test/support/usage-records';
import { createPool, type DatabasePool } from '../connection/pool';
import { queriesOf } from '../connection/queries';
import { createAdmissionSource } from './admission-source';
import { claimHeldOrganization } from './claim-held-organization';
import { createHoldOwnership, type HoldOwnership } from './hold-ownership';

const ACME = organizationIdOf('org_acme');

let database: SeededDatabase;
let writer: DatabasePool;
const owners: HoldOwnership[] = [];
beforeEach(async () => {
  database = await createSeededDatabase();
  writer = createPool({
    url: database.url,
    role: 'floopy_writer',
    applicationName: 'admission',
    maxConnections: 8,
    pipeline: true,
  });
});
afterEach(async () => {
  for (const owner of owners.splice(0)) await owner.release();
  await writer.end();
  await database.drop();
});

/** A process that would hold in its memory. */
function aProcess(): { owner: HoldOwnership; store: AdmissionStore; failures: unknown[] } {
  const owner = createHoldOwnership(writer);
  owners.push(owner);
  const failures: unknown[] = [];
  const store = new MemoryAdmissionStore({
    journal: () => owner.journal(),
    durability: 'durable',
    onJournalFailure: (error) => failures.push(error),
  });
  return { owner, store, failures };
}

async function load(store: AdmissionStore, now = NOON): Promise<void> {
  const snapshot = await createAdmissionSource(writer).read(ACME, now);
  if (snapshot === null) throw new Error('the organization is seeded');
  await store.load({ ...snapshot, balance: cents(3), termsVersion: 1 });
}

/** A session ends a moment after its connection. */
async function claims(owner: HoldOwnership): Promise<void> {
  await until(
    () => owner.claim(),
    (isOwner) => isOwner,
  );
}

function ask(
  store: AdmissionStore,
  requestId: string,
  attemptId: string | null = null,
  now = NOON,
): Promise<StoreAnswer> {
  return store.decide(anAdmissionQuestion({ organizationId: ACME, requestId, attemptId, now }));
}

describe('a store in memory with its journal in Postgres', () => {
  const opened = aProcessThatKnowsEveryOrganization();

  describeAdmissionStore(opened);
});

/** The journal keeps holds of organizations that there are. */
function aProcessThatKnowsEveryOrganization(): () => AdmissionStore {
  let store: AdmissionStore;
  beforeEach(async () => {
    const { owner, store: inner } = aProcess();
    await owner.claim();
    const load: AdmissionStore['load'] = async (snapshot) => {
      await writer.query('INSERT INTO organization (organization_id, name) VALUES ($1, $1) ON CONFLICT DO NOTHING', [
        snapshot.organizationId,
      ]);
      await inner.load(snapshot);
    };
    store = {
      decide: (question) => inner.decide(question),
      load,
      settle: (stretch) => inner.settle(stretch),
      release: (organizationId, key, now) => inner.release(organizationId, key, now),
      summary: (organizationId, now) => inner.summary(organizationId, now),
      list: (organizationId, now, limit) => inner.list(organizationId, now, limit),
      listLeaked: (organizationId, now, limit) => inner.listLeaked(organizationId, now, limit),
      noteTerms: (organizationId, termsVersion) => inner.noteTerms(organizationId, termsVersion),
    };
  });
  return () => store;
}

describe('the owner of the holds', () => {
  it('is one process; another refuses to admit until it is gone', async () => {
    const [first, second] = [aProcess(), aProcess()];
    expect(await first.owner.claim()).toBe(true);
    expect(await second.owner.claim()).toBe(false);
    await load(first.store);
    await load(second.store);
    expect(await ask(first.store, 'req_1')).toMatchObject({ type: 'admitted' });
    expect(await ask(second.store, 'req_2')).toEqual({ type: 'unavailable' });
    await first.owner.release();
    expect(await ask(first.store, 'req_2')).toEqual({ type: 'unavailable' });
    await claims(second.owner);
    await load(second.store);
    expect(await second.store.summary(ACME, NOON)).toMatchObject({ held: cents(1), openHolds: 1 });
    expect(await ask(second.store, 'req_1')).toMatchObject({ type: 'repeated' });
  });

  it('writes nothing any more once another has taken over without its knowing', async () => {
    const { owner, store } = aProcess();
    await owner.claim();
    await load(store);
    expect(await ask(store, 'req_1')).toMatchObject({ type: 'admitted' });
    await writer.query('UPDATE admission_epoch SET epoch = epoch + 1');
    expect(await ask(store, 'req_2')).toEqual({ type: 'unavailable' });
    expect(owner.journal()).toBeNull();
    const { rows } = await writer.query('SELECT request_id FROM hold');
    expect(rows).toEqual([{ request_id: 'req_1' }]);
  });

  it('has its connection cut, and admits nothing until it owns them again', async () => {
    const { owner, store } = aProcess();
    await owner.claim();
    await load(store);
    await database.pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = 7305120 AND granted`,
    );
    await until(
      () => owner.journal(),
      (journal) => journal === null,
    );
    expect(await ask(store, 'req_1')).toEqual({ type: 'unavailable' });
    await claims(owner);
    expect(await ask(store, 'req_1')).toEqual({ type: 'not_loaded' });
  });
});

describe('a process that starts anew', () => {
  it('holds what is open in the journal, without what the ledger has settled since, released or expired', async () => {
    const first = aProcess();
    await first.owner.claim();
    await load(first.store);
    await ask(first.store, 'req_open');
    await ask(first.store, 'req_settled', 'att_1');
    await ask(first.store, 'req_released');
    await first.store.release(ACME, { requestId: 'req_released', attemptId: null }, NOON);
    const feed = await openUsageFeed(writer);
    await feed.apply([aPlainUsage({ body: { request_id: 'req_settled', attempt_id: 'att_1' } })]);
    await first.owner.release();

    const second = aProcess();
    await claims(second.owner);
    await load(second.store);
    const open = await second.store.list(ACME, NOON, 10);
    expect(open.map(({ requestId }) => requestId)).toEqual(['req_open']);
    const later = instantOfMilliseconds(NOON + LIFETIME_MS);
    const snapshot = await createAdmissionSource(writer).read(ACME, later);
    expect(snapshot?.holds).toEqual([]);
  });

  it('is told by the journal what has leaked', async () => {
    const first = aProcess();
    await first.owner.claim();
    await load(first.store);
    await ask(first.store, 'req_leaked');
    await first.owner.release();
    const second = aProcess();
    await claims(second.owner);
    const later = instantOfMilliseconds(NOON + LIFETIME_MS);
    await load(second.store, later);
    expect(await second.store.summary(ACME, later)).toMatchObject({
      openHolds: 0,
      leaked: { holds: 1, amount: cents(1) },
    });
    expect(await second.store.listLeaked(ACME, later, 10)).toMatchObject([{ requestId: 'req_leaked' }]);
  });

  it('knows from the journal what was settled', async () => {
    const first = aProcess();
    await first.owner.claim();
    await load(first.store);
    await ask(first.store, 'req_1');
    await writer.query('UPDATE hold SET state = 2');
    await first.owner.release();
    const second = aProcess();
    await claims(second.owner);
    await load(second.store);
    expect(await ask(second.store, 'req_1')).toEqual({ type: 'settled' });
    expect(await second.store.summary(ACME, NOON)).toMatchObject({ openHolds: 0 });
    const days = instantOfMilliseconds(NOON + 2 * 24 * 3_600_000);
    expect(await ask(second.store, 'req_1', null, days)).toMatchObject({ type: 'admitted' });
  });
});

describe('following the ledger', () => {
  it('reads what has happened since, in order, and nothing of those that stand still', async () => {
    const source = createAdmissionSource(writer);
    const known = { organizationId: ACME, position: 0, termsVersion: 0 };
    expect(await source.readMoved([known])).toEqual([]);
    const feed = await openUsageFeed(writer);
    await feed.apply([aPlainUsage({ body: { request_id: 'req_1', team_id: 'team_a' } })]);
    const [stretch] = await source.readMoved([known, { ...known, organizationId: organizationIdOf('org_globex') }]);
    expect(stretch).toMatchObject({
      organizationId: ACME,
      from: 0,
      to: 1,
      entries: [{ type: 'usage', requestId: 'req_1', teamId: 'team_a', counts: true, isServed: true }],
    });
    const snapshot = await source.read(ACME, NOON);
    expect(snapshot?.uses[1]).toMatchObject({ requests: 1 });
    expect(await source.read(organizationIdOf('org_unknown'), NOON)).toBeNull();
  });
});

describe('claimHeldOrganization', () => {
  it('tells one caller, ever, that it is the first', async () => {
    const claims = await Promise.all(Array.from({ length: 5 }, () => claimHeldOrganization(queriesOf(writer), ACME)));
    expect([...claims].sort()).toEqual(['first', 'known', 'known', 'known', 'known']);
  });
});
