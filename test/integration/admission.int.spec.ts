import {
  adjustBalance,
  admitRequest,
  type AdmitOutcome,
  changeTerms,
  FollowedOrganizations,
  followLedger,
  MemoryAdmissionStore,
  releaseHold,
} from '@floopy/application';
import { type AdmissionRequest, organizationIdOf, type TermsChange } from '@floopy/domain';
import {
  AdmissionTermsMemory,
  createAdjustmentStore,
  createAdmissionSource,
  createHoldOwnership,
  createPool,
  createTermsStore,
  type DatabasePool,
  type HoldOwnership,
} from '@floopy/postgres';
import { anAdmissionQuestion, cents } from '../support/an-admission-question';
import { openUsageFeed, type UsageFeed } from '../support/applied-usage';
import { CLOCK_AND_HASH, createSeededDatabase, type SeededDatabase } from '../support/seeded-database';
import { aPlainUsage } from '../support/usage-records';

const ACME = organizationIdOf('org_acme');

/** The worked example: at most 12,345 tokens in and 678 out. */
const REQUEST: AdmissionRequest = {
  ...anAdmissionQuestion({ organizationId: ACME, requestId: 'req_1' }).request,
  inputTokens: 12_345,
  maxOutputTokens: 678,
};

let database: SeededDatabase;
let writer: DatabasePool;
let owner: HoldOwnership;
let feed: UsageFeed;
let holds = 0;
const stores: MemoryAdmissionStore[] = [];
beforeEach(async () => {
  database = await createSeededDatabase();
  const settings = { role: 'floopy_writer', applicationName: 'admission', maxConnections: 8, pipeline: true } as const;
  writer = createPool({ url: database.url, ...settings });
  owner = createHoldOwnership(writer);
  await owner.claim();
  feed = await openUsageFeed(writer);
});
afterEach(async () => {
  for (const store of stores.splice(0)) await store.drain();
  await owner.release();
  await writer.end();
  await database.drop();
});

function aProcess() {
  const store = new MemoryAdmissionStore({
    journal: () => owner.journal(),
    durability: 'durable',
    onJournalFailure: (error) => {
      throw error;
    },
  });
  stores.push(store);
  const ports = {
    store,
    source: createAdmissionSource(writer),
    terms: new AdmissionTermsMemory(writer),
    followed: new FollowedOrganizations(),
    clock: CLOCK_AND_HASH.clock,
    holdId: () => `hold_${(holds += 1)}`,
  };
  return {
    store,
    follow: () => followLedger(ports),
    admit: (requestId: string, organizationId = ACME): Promise<AdmitOutcome> =>
      admitRequest(ports, { ...REQUEST, organizationId, requestId }),
    release: (requestId: string) => releaseHold(ports, ACME, { requestId, attemptId: null }),
  };
}

async function credit(amount: number, idempotencyKey = `key_${amount}`): Promise<void> {
  const request = { organizationId: ACME, amount: cents(amount), reason: 'test', idempotencyKey };
  const ports = { store: createAdjustmentStore(writer), ...CLOCK_AND_HASH };
  expect(await adjustBalance(ports, request)).toMatchObject({ type: 'adjusted' });
}

function change(to: TermsChange, store: MemoryAdmissionStore): ReturnType<typeof changeTerms> {
  const ports = {
    store: createTermsStore(writer),
    clock: CLOCK_AND_HASH.clock,
    onChanged: (id: typeof ACME, version: number) => store.noteTerms(id, version),
  };
  const request = { organizationId: ACME, change: to, effectiveAt: null, actor: 'operator', changedBy: 'ada' } as const;
  return changeTerms(ports, request);
}

describe('a request from its admission to its charge', () => {
  it('is held by its upper bound, settled by its usage event, and charged what it cost', async () => {
    await credit(10);
    const { admit, follow, store } = aProcess();
    // 12,345 × 0.00025 + 678 × 0.001 cents: 3.76425, of which two are within ten cents.
    expect(await admit('req_1')).toMatchObject({ type: 'admitted', hold: { amount: 37_642_500_000n } });
    expect(await admit('req_2')).toMatchObject({ type: 'admitted', remaining: { requests: 998 } });
    expect(await admit('req_3')).toMatchObject({ type: 'refused', refusal: { code: 'insufficient_credits' } });
    await feed.apply([aPlainUsage({ body: { request_id: 'req_1' }, time: new Date().toISOString() })]);
    expect(await follow()).toBe(1);
    expect(await admit('req_1')).toEqual({ type: 'settled' });
    expect(await store.summary(ACME, CLOCK_AND_HASH.clock())).toMatchObject({
      position: 2,
      balance: 74_857_500_000n,
      held: 37_642_500_000n,
      openHolds: 1,
      openRequests: 1,
    });
    expect(await follow()).toBe(0);
  });

  it('finds its hold in another process that starts anew, without what was charged meanwhile', async () => {
    await credit(10);
    const { admit } = aProcess();
    await admit('req_1');
    await admit('req_2');
    await feed.apply([aPlainUsage({ body: { request_id: 'req_1' }, time: new Date().toISOString() })]);
    const next = aProcess();
    expect(await next.admit('req_2')).toMatchObject({ type: 'repeated' });
    expect(await next.store.summary(ACME, CLOCK_AND_HASH.clock())).toMatchObject({ openHolds: 1, position: 2 });
    expect(await next.admit('req_1')).toEqual({ type: 'settled' });
    expect(await next.release('req_2')).toBe('released');
    expect(await next.admit('req_3')).toMatchObject({ type: 'admitted' });
  });

  it('gets credits that were paid in with the next round', async () => {
    const { admit, follow } = aProcess();
    expect(await admit('req_1')).toMatchObject({ type: 'refused', refusal: { code: 'insufficient_credits' } });
    await credit(4);
    await follow();
    expect(await admit('req_1')).toMatchObject({ type: 'admitted' });
  });

  it('is refused by the next decision once its organization is suspended, and by the next round elsewhere', async () => {
    await credit(10);
    const { admit, store, follow } = aProcess();
    await admit('req_1');
    await change({ type: 'status', status: 'suspended', reason: 'unpaid' }, store);
    expect(await admit('req_2')).toMatchObject({ type: 'refused', refusal: { code: 'organization_suspended' } });
    await change({ type: 'status', status: 'active', reason: 'paid' }, aProcess().store);
    await follow();
    expect(await admit('req_2')).toMatchObject({ type: 'admitted' });
  });

  it('is of an organization that there is', async () => {
    const { admit } = aProcess();
    expect(await admit('req_1', organizationIdOf('org_unknown'))).toEqual({ type: 'unknown_organization' });
  });
});
