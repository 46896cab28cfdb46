import {
  addAmounts,
  amountOfUnits,
  hashLedgerEvent,
  type Instant,
  instantOfMilliseconds,
  type LedgerEvent,
  type Plan,
  type PostedUsage,
  type RecordedChange,
  type TermsChange,
} from '@floopy/domain';
import {
  aCard,
  aStoredLedger,
  at,
  aUsage,
  RECORDED_AT,
  seededPlans,
  sha256,
  snapshotOf,
  type StoredLedger,
  withEvent,
} from '../../test/a-stored-ledger';
import { verifyLedger } from './verify-ledger';
import { PUBLICATION_GRACE_MS } from './verify-receipt';

const ON: TermsChange = { type: 'overage', enabled: true };
const EARLY = at('2026-10-05T00:00:00Z');

/** Two requests included, 0.1 cent for each past them. */
function smallPlans(): Plan[] {
  return seededPlans().map((plan) => (plan.id === 'pro' ? { ...plan, includedRequests: 2 } : plan));
}

function changesOf(...changes: readonly TermsChange[]): RecordedChange[] {
  return changes.map((change, index) => ({
    number: index + 1,
    position: index === 0 ? 0 : 1,
    recordedAt: EARLY,
    effectiveAt: EARLY,
    changedBy: 'ada',
    change,
  }));
}

function usagesAt(...times: readonly string[]) {
  return times.map((time, index) =>
    aUsage({ id: `evt_${index}`, requestId: `req_${index}`, occurredAt: at(`2026-${time}Z`) }),
  );
}

const FOUR = usagesAt('11-20T00:00:00', '11-21T00:00:00', '11-22T00:00:00', '11-23T00:00:00');

/** Positions 2 and 3 included, 4 and 5 overage. */
function anOverdrawnLedger(usages = FOUR): StoredLedger {
  const plans = smallPlans();
  return aStoredLedger(usages, [aCard()], { plans, changes: changesOf({ type: 'plan', planId: 'pro' }, ON) });
}

async function found(ledger: StoredLedger): Promise<string[]> {
  const { mismatches } = await verifyLedger({ snapshot: snapshotOf(ledger), sha256, onProgress: () => undefined });
  return mismatches.map(({ kind, position, subject, expected, found: stored }) =>
    `${kind} ${position ?? subject}: ${expected}, not ${stored}`.replaceAll('T00:00:00.000Z', ''),
  );
}

/** Changes what an entry says of its plan, and writes the chain anew, as somebody would who knows how. */
function replace(ledger: StoredLedger, position: number, change: (usage: PostedUsage) => PostedUsage): void {
  withEvent(ledger, position, (event) => ({ ...event, usage: event.usage && change(event.usage) }));
  let previous = '0'.repeat(64) as LedgerEvent['hash'];
  for (const entry of ledger.entries) {
    if (entry.type !== 'entry') throw new Error('every entry can be read');
    const hash = hashLedgerEvent(entry.event, previous, sha256);
    withEvent(ledger, entry.event.sequence, (event) => ({ ...event, hash }));
    previous = hash;
  }
  if (ledger.head !== null) ledger.head = { ...ledger.head, hash: previous };
}

function placed(position: number, plan: Partial<NonNullable<PostedUsage['plan']>>): StoredLedger {
  const ledger = anOverdrawnLedger();
  replace(ledger, position, (usage) => ({ ...usage, plan: usage.plan && { ...usage.plan, ...plan } }));
  return ledger;
}

describe('verifyLedger, of requests under plans', () => {
  it('agrees with what was posted, and with what was written down of it', async () => {
    const ledger = anOverdrawnLedger();
    expect(ledger.overage).toMatchObject({
      latest: { requests: 4 },
      periods: [{ requests: 2, amount: 2_000_000_000n }],
      carried: [],
    });
    expect(await found(ledger)).toEqual([]);
  });

  it('finds a request that was included past the allowance, and overage within it', async () => {
    const [first, ...rest] = await found(placed(4, { standing: 'included', overageRate: null }));
    expect(first).toBe('standing 4: overage, not included');
    expect(rest).toEqual([expect.stringMatching(/^period_overage 2026-11-01: 1 requests, .* not 2 requests/)]);
    const rate = amountOfUnits(1_000_000_000n);
    expect((await found(placed(3, { standing: 'overage', overageRate: rate })))[0]).toBe(
      'standing 3: included, not overage',
    );
  });

  it('finds another rate, another plan, and a standing that disagrees with the count', async () => {
    expect((await found(placed(5, { overageRate: amountOfUnits(1n) })))[0]).toBe(
      'overage_rate 5: 0.1000000000, not 0.0000000001',
    );
    expect(await found(placed(2, { planVersion: 3 }))).toEqual(['plan_version 2: 2, not 3']);
    expect((await found(placed(2, { standing: 'exempt' })))[0]).toBe('standing 2: that it counts, not exempt');
  });

  it('finds an entry without a plan after one that has it', async () => {
    const ledger = anOverdrawnLedger();
    replace(ledger, 3, (usage) => ({ ...usage, plan: null }));
    expect(await found(ledger)).toEqual(['standing 3: a plan, as on entries before it, not none']);
  });

  it('judges by the changes that were made before an entry, and by no later one', async () => {
    const ledger = anOverdrawnLedger();
    const changes = ledger.terms?.changes ?? [];
    const moved = changes.map((change, index) => (index === 1 ? { ...change, position: 4 } : change));
    ledger.terms = { version: 2, changes: moved };
    expect(await found(ledger)).toEqual(['standing 4: excess_unbilled, not overage']);
  });

  it('takes either version of a plan near its publication, and only then', async () => {
    const withNewer = async (publishedAt: Instant): Promise<string[]> => {
      const ledger = anOverdrawnLedger();
      const pro = ledger.plans?.[1];
      if (pro === undefined) throw new Error('pro is the second plan');
      const text = pro.text.replace('"included_requests":2', '"included_requests":3');
      const newer = { ...pro, version: 4, text, contentHash: sha256(text), effectiveAt: EARLY, publishedAt };
      ledger.plans = [...(ledger.plans ?? []), newer];
      return found(ledger);
    };
    const around = (ms: number): Instant => instantOfMilliseconds(RECORDED_AT + ms);
    expect(await withNewer(around(PUBLICATION_GRACE_MS + 1))).toEqual([]);
    expect(await withNewer(around(-1))).toEqual([]);
    expect((await withNewer(around(-PUBLICATION_GRACE_MS)))[0]).toBe('plan_version 2: 4, not 2');
  });

  it('finds a plan whose text no longer has its hash, and one that cannot be read', async () => {
    const changed = anOverdrawnLedger();
    changed.plans = (changed.plans ?? []).map((plan) => ({ ...plan, text: plan.text.replace('0.1000', '0.2000') }));
    const [hash, ...rates] = await found(changed);
    expect(hash).toMatch(/^plan version 2/);
    expect(rates.map((text) => text.split(':')[0])).toEqual(['overage_rate 4', 'overage_rate 5']);
    const unreadable = anOverdrawnLedger();
    unreadable.plans = (unreadable.plans ?? []).map((plan) => ({
      ...plan,
      text: plan.text.replace('"name":"Pro"', '"title":"Pro"'),
    }));
    const kinds = (await found(unreadable)).map((text) => text.split(':')[0]);
    expect(kinds).toEqual([
      'plan version 2',
      'plan version 2',
      ...[2, 3, 4, 5].map((position) => `plan_version ${position}`),
    ]);
  });

  it('finds a head that says another count than its entries', async () => {
    const ledger = anOverdrawnLedger();
    const { overage } = ledger;
    if (overage === null || overage.latest === null) throw new Error('something has counted');
    ledger.overage = { ...overage, latest: { ...overage.latest, requests: 3 } };
    expect(await found(ledger)).toEqual([
      'head_period 5: 4 requests since 2026-11-01, not 3 requests since 2026-11-01',
    ]);
    ledger.overage = { ...overage, latest: null };
    expect(await found(ledger)).toEqual(['head_period 5: 4 requests since 2026-11-01, not none']);
  });

  it('counts late overage in its own period, carries its money, and finds either written down otherwise', async () => {
    const late = usagesAt('10-10T00:00:00', '10-11T00:00:00', '10-12T00:00:00', '11-23T00:00:00');
    const ledger = anOverdrawnLedger(late);
    expect(ledger.overage).toMatchObject({
      latest: { requests: 1 },
      periods: [{ requests: 0, lateRequests: 1, lateAmount: 1_000_000_000n }],
      carried: [{ requests: 1, amount: 1_000_000_000n }],
    });
    expect(await found(ledger)).toEqual([]);
    const { overage } = ledger;
    if (overage === null) throw new Error('overage is kept');
    const carried = overage.carried.map((each) => ({ ...each, amount: addAmounts(each.amount, amountOfUnits(1n)) }));
    ledger.overage = { ...overage, periods: [], carried };
    expect((await found(ledger)).map((text) => text.split(':')[0])).toEqual([
      'period_overage 2026-10-01',
      'carried_overage 2026-10-01 into 2026-11-01',
    ]);
  });

  it('holds an export that has neither plans nor terms to itself', async () => {
    const ledger = placed(5, { standing: 'exempt', overageRate: null });
    ledger.plans = null;
    ledger.terms = null;
    ledger.overage = null;
    expect(await found(ledger)).toEqual(['standing 5: that it counts, not exempt']);
  });
});
