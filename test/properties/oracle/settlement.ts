import type { DeadLetterReason, RequestStanding } from '@floopy/domain';
import { type Account, monthOf } from './account';
import { takeBack } from './corrections';
import type { PublishedPrices } from './published-prices';
import type { ChargedUsage, Entry, Logged, StatedUsage, StatedVoid } from './vocabulary';

/** What became of one record. */
export type Fate = 'applied' | 'duplicate' | { readonly parked: DeadLetterReason };

const MAX_AHEAD_MS = 5 * 60_000;

export interface SettlingBooks {
  readonly accounts: ReadonlyMap<string, Account>;
  readonly prices: PublishedPrices;
  /** What every event said that was applied, by organization and id. */
  readonly applied: Map<string, string>;
}

/** What becomes of a record that is looked at now, whether it comes for the first time or again. */
export function settle(books: SettlingBooks, { said, appendedAt }: Logged, now: number): Fate {
  switch (said.type) {
    case 'noise':
      return { parked: 'undecodable' };
    case 'void':
      return settleVoid(books, said.void, now);
    case 'usage':
      if (said.key !== said.usage.organization) return { parked: 'key_mismatch' };
      if (said.usage.occurredAt > appendedAt + MAX_AHEAD_MS) return { parked: 'too_far_in_future' };
      return settleUsage(books, said.usage, now);
    case 'hole':
      throw new Error('a hole is passed, and nothing becomes of it');
  }
}

function settleUsage({ accounts, prices, applied }: SettlingBooks, usage: StatedUsage, now: number): Fate {
  const account = accounts.get(usage.organization);
  if (account === undefined) return { parked: 'unknown_organization' };
  const [identity, content] = [identityOf(usage), JSON.stringify(usage)];
  if (applied.has(identity)) return applied.get(identity) === content ? 'duplicate' : { parked: 'conflict' };
  const recordedAt = account.recordsAt(now);
  const plan = account.planIn(monthOf(usage.occurredAt), recordedAt);
  const cost = prices.costOf(usage, account.markup ?? account.rulesOf(plan).markup);
  if (cost.type === 'unpriced') return { parked: 'unpriced' };
  const standing = standingOf(account, usage, plan);
  const charged: ChargedUsage = {
    usage,
    standing,
    plan,
    rate: standing === 'overage' ? account.rulesOf(plan).rate : null,
    price: cost.type === 'free' ? null : cost.price,
  };
  account.append({
    type: usage.origin === 'playground' ? 'playground' : 'request',
    units: cost.type === 'free' ? 0n : -cost.units,
    occurredAt: usage.occurredAt,
    recordedAt,
    cause: `usage_event ${usage.id}`,
    charged,
    corrected: null,
  });
  applied.set(identity, content);
  return 'applied';
}

function standingOf(account: Account, usage: StatedUsage, plan: string): RequestStanding {
  const { included, rate, origins, countsCacheHits } = account.rulesOf(plan);
  const isServed = usage.outcome === 'succeeded' || usage.outcome === 'client_aborted';
  if (!isServed || !origins.includes(usage.origin) || (usage.cacheHit && !countsCacheHits)) return 'exempt';
  if (account.entries.some((entry) => hasCounted(entry, usage.request))) return 'repeated';
  if (account.countedIn(monthOf(usage.occurredAt)) < included) return 'included';
  return rate !== null && account.isOverageOnAt(usage.occurredAt) ? 'overage' : 'excess_unbilled';
}

/** Once for good, also when it was taken out of the count since. */
function hasCounted({ charged }: Entry, request: string): boolean {
  return charged?.usage.request === request && charged.standing !== 'repeated' && charged.standing !== 'exempt';
}

function settleVoid({ accounts, applied }: SettlingBooks, stated: StatedVoid, now: number): Fate {
  const account = accounts.get(stated.organization);
  if (account === undefined) return { parked: 'unknown_organization' };
  const [identity, content] = [identityOf(stated), JSON.stringify(stated)];
  const isKnown = applied.has(identity);
  if (isKnown && applied.get(identity) !== content) return { parked: 'conflict' };
  const charge = account.entries.find(({ cause, charged }) => charged && cause === `usage_event ${stated.voids}`);
  if (!isKnown && charge === undefined) return { parked: 'unknown_event' };
  if (isKnown || charge === undefined) return 'duplicate';
  const uncounts = charge.charged !== null && !['repeated', 'exempt'].includes(charge.charged.standing);
  if (takeBack(account, charge, uncounts, now) === null) return 'duplicate';
  applied.set(identity, content);
  return 'applied';
}

function identityOf({ organization, id }: StatedUsage | StatedVoid): string {
  return `${organization} ${id}`;
}
