import type { Account } from './account';
import type { PublishedPrices } from './published-prices';
import type { Corrected, Entry, Price, RepriceWanted } from './vocabulary';

export type Reversal = 'reversed' | 'not_a_charge' | 'already_reversed' | 'not_counted' | 'nothing_to_reverse';

/** Gives back what an entry still charges, once. */
export function reverse(account: Account, entry: Entry, uncounts: boolean, now: number): Reversal {
  if (entry.charged === null) return 'not_a_charge';
  if (isReversed(account, entry)) return 'already_reversed';
  const hasCounted = entry.charged.standing !== 'repeated' && entry.charged.standing !== 'exempt';
  if (uncounts && !hasCounted) return 'not_counted';
  if (!uncounts && leftOf(account, entry) === 0n) return 'nothing_to_reverse';
  takeBack(account, entry, uncounts, now);
  return 'reversed';
}

/** @returns null when nothing of it stands any more */
export function takeBack(account: Account, entry: Entry, uncounts: boolean, now: number): Entry | null {
  if (isReversed(account, entry)) return null;
  const corrected = { position: entry.position, uncounts, price: null };
  return correct(account, entry, { kind: 'reversal', units: leftOf(account, entry), corrected }, now);
}

export interface PlannedReprice extends RepriceWanted {
  /** Where the ledgers ended that it had something to say about. */
  readonly through: ReadonlyMap<string, number>;
  isApplied: boolean;
}

/** What a reprice comes to for one organization. */
export interface RepriceSum {
  entries: number;
  before: bigint;
  after: bigint;
  reversed: number;
  unpriced: number;
}

/** Says what a reprice would make of an organization's charges, and posts that where `posts` is given. */
export function reprice(
  account: Account,
  prices: PublishedPrices,
  wanted: RepriceWanted,
  posts: { readonly through: number; readonly now: number } | null,
): RepriceSum {
  const sum: RepriceSum = { entries: 0, before: 0n, after: 0n, reversed: 0, unpriced: 0 };
  for (const entry of chargesIn(account, wanted, posts?.through ?? account.entries.length)) {
    if (isReversed(account, entry)) {
      sum.reversed += 1;
      continue;
    }
    const becomes = otherPrice(account, prices, entry, wanted);
    if (becomes === 'unpriced') sum.unpriced += 1;
    if (becomes === null || becomes === 'unpriced') continue;
    const before = leftOf(account, entry);
    sum.entries += 1;
    sum.before += before;
    sum.after += becomes.units;
    if (posts === null) continue;
    const corrected = { position: entry.position, uncounts: false, price: becomes.price };
    correct(account, entry, { kind: 'reprice', units: before - becomes.units, corrected }, posts.now);
  }
  return sum;
}

/** By when they were served, as a reprice goes through them. */
function chargesIn({ entries }: Account, { from, until, model }: RepriceWanted, through: number): Entry[] {
  return entries
    .filter(({ charged, position }) => charged !== null && position <= through)
    .filter(({ occurredAt }) => occurredAt >= from && occurredAt < until)
    .filter(({ charged }) => model === null || charged?.usage.model === model)
    .sort((one, other) => one.occurredAt - other.occurredAt || one.position - other.position);
}

/** Null when it costs the same, or is free whatever a card says. */
function otherPrice(account: Account, prices: PublishedPrices, entry: Entry, { right }: RepriceWanted) {
  const stands = priceOf(account, entry);
  if (stands === null || entry.charged === null) return null;
  const cost = prices.costBy(entry.charged.usage, {
    card: right.card === 'kept' ? stands.card : right.card,
    agreement: right.agreement === 'kept' ? stands.agreement : right.agreement,
    markup: stands.markup,
  });
  if (cost.type !== 'costs') return 'unpriced' as const;
  return cost.units === leftOf(account, entry) ? null : cost;
}

/** By which prices a charge stands after all that was posted to correct it. */
function priceOf(account: Account, { position, charged }: Entry): Price | null {
  const last = account.correctionsOf(position).at(-1);
  return last === undefined ? (charged?.price ?? null) : (last.corrected?.price ?? null);
}

function leftOf(account: Account, { position, units }: Entry): bigint {
  return account.correctionsOf(position).reduce((left, correction) => left - correction.units, -units);
}

function isReversed(account: Account, { position }: Entry): boolean {
  return account.correctionsOf(position).some(({ cause }) => cause.startsWith('reversal'));
}

interface Posted {
  readonly kind: 'reversal' | 'reprice';
  readonly units: bigint;
  readonly corrected: Corrected;
}

function correct(account: Account, charge: Entry, { kind, units, corrected }: Posted, now: number): Entry {
  const { type, occurredAt, position } = charge;
  const recordedAt = account.recordsAt(now);
  return account.append({
    type,
    units,
    occurredAt,
    recordedAt,
    cause: `${kind} ${position}`,
    charged: null,
    corrected,
  });
}
