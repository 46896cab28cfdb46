import { changeTerms, publishPlans } from '@floopy/application';
import { amountOfUnits, instantOfMilliseconds, organizationIdOf, SEEDED_PLANS, type TermsChange } from '@floopy/domain';
import { createPlanStore, createTermsStore } from '@floopy/postgres';
import { sha256 } from '@floopy/runtime';
import { openUsageFeed, type UsageFeed } from '../support/applied-usage';
import type { SeededDatabase } from '../support/seeded-database';
import { aPlainUsage, type PlainUsage } from '../support/usage-records';

export const HOUR_MS = 3_600_000;
export const START = Date.UTC(2024, 10, 1);
const MONTHS = 24;
export const END = Date.UTC(2024, 10 + MONTHS, 1);
export const FREEZE_MS = 600_000;
export const INCLUDED: Readonly<Record<string, number>> = { lite: 1, mid: 2, max: 4 };
export const RATES: Readonly<Record<string, bigint | null>> = { lite: null, mid: 1_000_000_007n, max: 30n };
export const EVENTS = 400;
const ACME = organizationIdOf('org_acme');

/** Numbers from 0 to 1, the same ones for the same seed. */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A change of terms that is made at a time, and takes effect then or later. */
export interface Change {
  readonly at: number;
  readonly change: TermsChange;
  readonly effectiveAt: number;
  /** Where the ledger stood, once it is made. */
  position: number;
}

interface Arrival {
  readonly at: number;
  readonly usage: PlainUsage;
}

/** Terms change at any hour, at turns of months, and one millisecond around them. */
export function someChanges(random: () => number): Change[] {
  const drawn = Array.from({ length: 60 }, (): Change => {
    const at = awkwardInstant(random);
    const kind = random();
    if (kind < 0.4) {
      const planId = ['lite', 'mid', 'mid', 'max'][Math.floor(random() * 4)] ?? 'mid';
      const notice = random() < 0.3 ? Math.floor(random() * 40) * 24 * HOUR_MS : 0;
      return { at, change: { type: 'plan', planId }, effectiveAt: at + notice, position: 0 };
    }
    if (kind < 0.85) {
      const notice = random() < 0.3 ? Math.floor(random() * 96) * HOUR_MS + 1 : 0;
      return { at, change: { type: 'overage', enabled: random() < 0.65 }, effectiveAt: at + notice, position: 0 };
    }
    const [day, hour] = [[1, 15, 28, 29, 30, 31][Math.floor(random() * 6)] ?? 1, [0, 10, 23][Math.floor(random() * 3)] ?? 0];
    // On whole hours, which the recount walks over; an anchor is given notice.
    const effectiveAt = Math.ceil((at + FREEZE_MS) / HOUR_MS) * HOUR_MS;
    return { at, change: { type: 'billing_anchor', day, hour }, effectiveAt, position: 0 };
  });
  return drawn.sort((left, right) => left.at - right.at);
}

function awkwardInstant(random: () => number): number {
  if (random() < 0.5) return START + Math.floor(random() * (END - START - HOUR_MS));
  const turn = Date.UTC(2024, 11 + Math.floor(random() * (MONTHS - 1)), 1);
  return turn + ([-1, 0, 1, FREEZE_MS - 1, FREEZE_MS][Math.floor(random() * 5)] ?? 0);
}

export function someArrivals(random: () => number): Arrival[] {
  const arrivals: Arrival[] = [];
  for (let index = 0; index < EVENTS; index += 1) {
    const at = awkwardInstant(random);
    const lateMs = random() < 0.75 ? 0 : Math.floor(random() * 45 * 24) * HOUR_MS + (random() < 0.5 ? 1 : 0);
    const usage = usageAt(index, Math.max(START, at - lateMs), random());
    arrivals.push({ at, usage });
    // Sent again: soon, or weeks later, on either partition.
    if (random() < 0.1) arrivals.push({ at: Math.min(END, at + Math.floor(random() * 40 * 24) * HOUR_MS), usage });
    if (random() < 0.15) {
      const attempt = usageAt(EVENTS + index, Math.min(END - 1, at + Math.floor(random() * HOUR_MS)), 0.5);
      const body = { ...attempt.body, request_id: `req_${index}`, attempt_id: 'att_2' };
      arrivals.push({ at: Math.min(END, at + HOUR_MS), usage: { ...attempt, body } });
    }
  }
  return arrivals.sort((left, right) => left.at - right.at);
}

function usageAt(index: number, occurredAt: number, chance: number): PlainUsage {
  const served = chance < 0.2 ? 'client_aborted' : 'succeeded';
  const outcome = chance < 0.1 ? 'upstream_error' : served;
  const origin = chance < 0.7 ? 'gateway' : 'playground';
  const body = { request_id: `req_${index}`, outcome, origin, usage: { input_tokens: 10, output_tokens: 1 } };
  return aPlainUsage({ id: `evt_${index}`, time: new Date(occurredAt).toISOString(), body });
}

/** The card and the plans must have been published before what they decide. */
export async function publishInThePast({ pool }: SeededDatabase): Promise<void> {
  const client = await pool.connect();
  await client.query('SET session_replication_role = replica');
  await client.query("UPDATE rate_card SET published_at = '2020-01-01Z'");
  await client.query('RESET session_replication_role');
  client.release();
  const [, pro] = SEEDED_PLANS;
  if (pro === undefined) throw new Error('there are seeded plans');
  const drafts = Object.entries(INCLUDED).map(([id, includedRequests]) => {
    const rate = RATES[id] ?? null;
    return { ...pro, id, includedRequests, overageRate: rate === null ? null : amountOfUnits(rate) };
  });
  const clock = () => instantOfMilliseconds(START);
  await publishPlans({ store: createPlanStore(pool), clock, sha256 }, { drafts, effectiveAt: null, publishedBy: 'test' });
}

/**
 * Makes everything happen in its order: at one time, usage that has arrived is posted before terms change.
 * @returns the two partitions that it came on
 */
export async function live(
  { pool }: SeededDatabase,
  changes: Change[],
  arrivals: readonly Arrival[],
): Promise<UsageFeed[]> {
  const feeds = [await openUsageFeed(pool, 'usage.test', 0), await openUsageFeed(pool, 'usage.test', 1)];
  await make(pool, { at: START, change: { type: 'plan', planId: 'mid' }, effectiveAt: START, position: 0 });
  let made = 0;
  for (let from = 0; from < arrivals.length; ) {
    const at = arrivals[from]?.at ?? END;
    for (; (changes[made]?.at ?? END) < at; made += 1) await make(pool, changes[made]);
    let until = from + 1;
    while (arrivals[until]?.at === at) until += 1;
    const batch = arrivals.slice(from, until).map(({ usage }) => usage);
    await feeds[from % 2]?.apply(batch, instantOfMilliseconds(at));
    from = until;
  }
  return feeds;
}

async function make(pool: SeededDatabase['pool'], change: Change | undefined): Promise<void> {
  if (change === undefined) return;
  const outcome = await changeTerms(
    {
      store: createTermsStore(pool),
      clock: () => instantOfMilliseconds(change.at),
      onChanged: () => Promise.resolve(),
    },
    {
      organizationId: ACME,
      change: change.change,
      effectiveAt: instantOfMilliseconds(change.effectiveAt),
      actor: 'operator',
      changedBy: 'ada',
    },
  );
  // What is refused, or is so already, was never made.
  change.position = outcome.type === 'changed' ? outcome.recorded.position : Number.POSITIVE_INFINITY;
}
