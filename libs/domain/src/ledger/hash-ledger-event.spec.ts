import { anUnhashedAdjustment, aStream, postedUsage } from '../../test/a-ledger-event';
import { A_CORRECTION } from '../../test/arbitraries';
import { sha256 } from '../../test/sha256';
import { tokenCounts } from '../../test/a-usage-event';
import { cents } from '../../test/a-rate-card';
import { instantOfMilliseconds } from '../time/instant';
import { organizationIdOf } from '../organization/organization';
import type { AppliedPlan } from '../overage/place-request';
import type { Digest } from '../usage/usage-identity';
import { encodeLedgerEvent, GENESIS_HASH, hashLedgerEvent, type UnhashedLedgerEvent } from './hash-ledger-event';
import type { Correction, LedgerHash, PostedUsage } from './ledger-event';

const charge = postedUsage(aStream(), { attemptId: 'att_1' }, { userReference: 5 }).event;
const hashOf = (event: UnhashedLedgerEvent, previous = GENESIS_HASH): LedgerHash =>
  hashLedgerEvent(event, previous, sha256);

const aPlan = (stated: Partial<AppliedPlan> = {}): AppliedPlan => ({
  planVersion: 2,
  standing: 'included',
  overageRate: null,
  ...stated,
});

const PLACED = { provider: 'openai', model: 'gpt-4o' };
const aCorrection = (stated: Partial<Correction> = {}): Correction => ({ ...A_CORRECTION, ...PLACED, ...stated });

const voiding = { source: '/gateway', id: 'void_1', contentDigest: 'cd'.repeat(16) as Digest, ingestPartition: 3 };
const reversal: UnhashedLedgerEvent = {
  ...charge,
  cause: { kind: 'reversal', id: '1' },
  usage: null,
  correction: aCorrection(),
};
const otherCorrections: Partial<Correction>[] = [
  { requestId: 'req_2' },
  { provider: 'azure' },
  { model: 'gpt-4o-mini' },
  { teamId: 'x' },
  { promptId: 'x' },
  { plan: aPlan() },
  { plan: aPlan({ standing: 'overage', overageRate: cents('0.1') }) },
  { uncounted: true },
  { price: { rateCardVersion: 2, overrideVersion: null, markupBasisPoints: 0 } },
  { price: { rateCardVersion: 2, overrideVersion: 1, markupBasisPoints: 0 } },
  { price: { rateCardVersion: 2, overrideVersion: null, markupBasisPoints: 1 } },
  { repricePlan: 1 },
  { voiding },
  { voiding: { ...voiding, source: '/other' } },
  { voiding: { ...voiding, id: 'void_2' } },
  { voiding: { ...voiding, contentDigest: 'ef'.repeat(16) as Digest } },
  { voiding: { ...voiding, ingestPartition: 4 } },
];

/** Every field that the hash covers, each with another value. */
const otherFacts: Partial<UnhashedLedgerEvent>[] = [
  { organizationId: organizationIdOf('org_other') },
  { sequence: 2 },
  { type: 'playground' },
  { amount: cents('-0.3500000001') },
  { balanceAfter: cents('-0.3500000001') },
  { occurredAt: instantOfMilliseconds(charge.occurredAt + 1) },
  { recordedAt: instantOfMilliseconds(charge.recordedAt + 1) },
  { cause: { kind: 'usage_event', source: '/floopy/gateway/eu-2', id: 'evt_1' } },
  { cause: { kind: 'usage_event', source: '/floopy/gateway/eu-1', id: 'evt_2' } },
  { cause: { kind: 'operator', id: 'evt_1' } },
  { reason: 'because' },
  { reason: '' },
  { usage: null },
  { cause: { kind: 'reversal', id: '1' }, usage: null, correction: aCorrection() },
];
const otherUsage: Partial<PostedUsage>[] = [
  { requestId: 'req_2' },
  { attemptId: 'att_2' },
  { attemptId: null },
  { origin: 'playground' },
  { provider: 'azure' },
  { model: 'gpt-4o-mini' },
  { serviceTier: 'batch' },
  { outcome: 'client_aborted' },
  { cacheHit: true },
  { credential: 'byok' },
  ...Object.keys(charge.usage.tokens).map((name) => ({ tokens: tokenCounts({ ...charge.usage.tokens, [name]: 7 }) })),
  { teamId: 'x' },
  { userReference: 6 },
  { userReference: null },
  { apiKeyId: 'x' },
  { promptId: 'x' },
  { sessionId: 'x' },
  { contentDigest: 'ab'.repeat(16) as Digest },
  { counted: false },
  { price: null },
  { price: { rateCardVersion: 2, overrideVersion: null, markupBasisPoints: 0 } },
  { price: { rateCardVersion: 1, overrideVersion: 1, markupBasisPoints: 0 } },
  { price: { rateCardVersion: 1, overrideVersion: null, markupBasisPoints: 1 } },
  { ingestPartition: 2 },
  { plan: aPlan() },
  { plan: aPlan({ planVersion: 3 }) },
  { plan: aPlan({ standing: 'excess_unbilled' }) },
  { plan: aPlan({ standing: 'overage', overageRate: cents('0.1') }) },
  { plan: aPlan({ standing: 'overage', overageRate: cents('0.2') }) },
];
const changed: UnhashedLedgerEvent[] = [
  ...otherFacts.map((facts) => ({ ...charge, ...facts })),
  ...otherUsage.map((facts) => ({ ...charge, usage: { ...charge.usage, ...facts } })),
];

describe('encodeLedgerEvent', () => {
  it('writes an event without usage as documented', () => {
    expect(encodeLedgerEvent(anUnhashedAdjustment(), GENESIS_HASH)).toBe(
      `15:floopy.ledger.164:${'0'.repeat(64)}8:org_acme1:110:adjustment13:100000000000013:1000000000000` +
        '13:179542800000013:17954280000008:operator~6:seed-114:opening credit',
    );
  });

  it('writes an event of usage as documented', () => {
    const digest = charge.usage.contentDigest;
    expect(encodeLedgerEvent(charge, GENESIS_HASH)).toBe(
      `15:floopy.ledger.164:${'0'.repeat(64)}8:org_acme1:17:request11:-350000000011:-3500000000` +
        '13:179542800000013:179542800100011:usage_event20:/floopy/gateway/eu-15:evt_1~' +
        '5:req_15:att_17:gateway6:openai6:gpt-4o8:standard9:succeeded1:08:platform' +
        `4:10001:01:01:01:01:03:1001:01:0~1:5~~~32:${digest}1:11:1~1:01:1`,
    );
  });

  it('writes what its plan made of it under another name, behind all the rest', () => {
    const before = encodeLedgerEvent(charge, GENESIS_HASH);
    const under = (plan: AppliedPlan): string =>
      encodeLedgerEvent({ ...charge, usage: { ...charge.usage, plan } }, GENESIS_HASH);
    const renamed = before.replace('15:floopy.ledger.1', '15:floopy.ledger.2');
    expect(under(aPlan())).toBe(`${renamed}1:28:included~`);
    expect(under(aPlan({ planVersion: 12, standing: 'overage', overageRate: cents('0.1') }))).toBe(
      `${renamed}2:127:overage10:1000000000`,
    );
  });

  it('writes a correction under a name of its own', () => {
    const head =
      `15:floopy.ledger.364:${'0'.repeat(64)}8:org_acme1:17:request11:-350000000011:-3500000000` +
      '13:179542800000013:17954280010008:reversal~1:1~';
    expect(encodeLedgerEvent(reversal, GENESIS_HASH)).toBe(`${head}5:req_16:openai6:gpt-4o~~~~~1:0~~~~~~~~`);
    const plan = aPlan({ standing: 'overage', overageRate: cents('0.1') });
    const price = { rateCardVersion: 2, overrideVersion: 4, markupBasisPoints: 250 };
    const full = aCorrection({ teamId: 't', promptId: 'p', plan, uncounted: true, price, repricePlan: 9, voiding });
    expect(encodeLedgerEvent({ ...reversal, correction: full }, GENESIS_HASH)).toBe(
      `${head}5:req_16:openai6:gpt-4o1:t1:p1:27:overage10:10000000001:11:21:43:2501:98:/gateway6:void_1` +
        `32:${'cd'.repeat(16)}1:3`,
    );
  });

  it('writes flags as 1 and 0', () => {
    const flagged = (cacheHit: boolean, counted: boolean): string =>
      encodeLedgerEvent({ ...charge, usage: { ...charge.usage, cacheHit, counted, price: null } }, GENESIS_HASH);
    expect(flagged(true, false)).toMatch(/9:succeeded1:18:platform.*1:0~~~1:1$/);
    expect(flagged(false, true)).toMatch(/9:succeeded1:08:platform.*1:1~~~1:1$/);
  });

  it('counts a reason in bytes, as whoever verifies the chain will', () => {
    const encoded = encodeLedgerEvent(anUnhashedAdjustment({ reason: 'Gutschrift für März 🙂' }), GENESIS_HASH);
    expect(encoded.endsWith('26:Gutschrift für März 🙂')).toBe(true);
  });
});

describe('hashLedgerEvent', () => {
  it('is the SHA-256 of the encoding', () => {
    expect(hashOf(charge)).toBe(sha256(encodeLedgerEvent(charge, GENESIS_HASH)));
    expect(hashOf(charge)).toBe(charge.hash);
  });

  it('is another for every field that says what it cost, why, and whether it counted', () => {
    const hashes = [charge, ...changed].map((event) => hashOf(event));
    expect(new Set(hashes).size).toBe(changed.length + 1);
  });

  it('is another for every field that a correction has', () => {
    const others = otherCorrections.map((stated) => ({ ...reversal, correction: aCorrection(stated) }));
    const hashes = [reversal, ...others].map((event) => hashOf(event));
    expect(new Set(hashes).size).toBe(otherCorrections.length + 1);
  });

  it('is another after another event', () => {
    expect(hashOf(charge, charge.hash)).not.toBe(charge.hash);
  });

  it('covers every field of an event and of its usage', () => {
    const { usage, ...facts } = charge;
    const touched = (changes: readonly object[]): string[] => [
      ...new Set(changes.flatMap((change) => Object.keys(change))),
    ];
    expect(touched(otherFacts).sort()).toEqual(
      [...Object.keys(facts), 'usage'].filter((name) => name !== 'hash').sort(),
    );
    expect(touched(otherUsage).sort()).toEqual(Object.keys(usage).sort());
    expect(touched(otherCorrections).sort()).toEqual(Object.keys(aCorrection()).sort());
  });
});
