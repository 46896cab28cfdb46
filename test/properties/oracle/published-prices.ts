import type { Agreement, Card, Class, Price, Rates, StatedUsage, Tier } from './vocabulary';

const CLASSES: readonly Class[] = ['input', 'cache_read_input', 'output'];

export type Cost =
  | { readonly type: 'free' }
  | { readonly type: 'costs'; readonly units: bigint; readonly price: Price }
  | { readonly type: 'unpriced' };

type Publication = 'published' | 'already_published' | 'refused';

/** Every card and agreement, by version: the first one is version 1. */
export class PublishedPrices {
  readonly cards: Card[] = [];
  private readonly agreements = new Map<string, Agreement[]>();

  agreementsOf(organization: string): readonly Agreement[] {
    return this.agreements.get(organization) ?? [];
  }

  /** A card is refused when it would price any moment before now otherwise than it was priced. */
  publishCard(card: Card, now: number): Publication {
    if (textOf(card) === textOf(this.cards.at(-1))) return 'already_published';
    if (this.momentsOf(card, now).some((moment) => this.pricesOtherwise(card, moment))) return 'refused';
    this.cards.push(card);
    return 'published';
  }

  /** An agreement is refused when it begins in the past, and when it names a tier that the card has not then. */
  publishAgreement(organization: string, agreement: Agreement, now: number): Publication {
    const before = this.agreementsOf(organization);
    if (textOf(agreement) === textOf(before.at(-1))) return 'already_published';
    if (agreement.start < now) return 'refused';
    const card = this.cards[versionAt(this.cards, agreement.start) - 1];
    const isKnown = agreement.prices.every(({ model, above }) =>
      card?.models.some((rates) => rates.model === model && rates.tiers.some((tier) => tier.above === above)),
    );
    if (!isKnown) return 'refused';
    this.agreements.set(organization, [...before, agreement]);
    return 'published';
  }

  /** What usage costs by what is in force for it. */
  costOf(usage: StatedUsage, markup: number): Cost {
    if (isFree(usage)) return { type: 'free' };
    const card = versionAt(this.cards, usage.occurredAt);
    const agreement = versionAt(this.agreementsOf(usage.organization), usage.occurredAt);
    return this.costBy(usage, { card, agreement: agreement === 0 ? null : agreement, markup });
  }

  /** What usage costs by these versions, whenever they are in force. */
  costBy(usage: StatedUsage, price: Price): Cost {
    const rates = this.cards[price.card - 1]?.models.find((each) => isNamed(each, usage.model));
    const tier = rates === undefined ? undefined : tierFor(rates.tiers, usage.input);
    if (rates === undefined || tier === undefined) return { type: 'unpriced' };
    const agreed =
      price.agreement === null ? [] : (this.agreementsOf(usage.organization)[price.agreement - 1]?.prices ?? []);
    const tokens = { input: usage.input - usage.cached, cache_read_input: usage.cached, output: usage.output };
    let sum = tier.fee;
    for (const each of usage.credential === 'byok' ? [] : CLASSES) {
      if (tokens[each] === 0) continue;
      const own = agreed.find((one) => one.model === rates.model && one.above === tier.above && one.class === each);
      const unit = own?.price ?? tier.prices[each];
      if (unit === undefined) return { type: 'unpriced' };
      sum += unit * BigInt(tokens[each]);
    }
    return { type: 'costs', units: withMarkup(sum, price.markup), price };
  }

  /** Where a card could price otherwise: its own start, and wherever another one begins or ends within it, before now. */
  private momentsOf(card: Card, now: number): number[] {
    const turns = this.cards.flatMap(({ start, end }) => (end === null ? [start] : [start, end]));
    return [card.start, ...turns].filter(
      (moment) => moment >= card.start && moment < now && (card.end === null || moment < card.end),
    );
  }

  private pricesOtherwise(card: Card, moment: number): boolean {
    const before = this.cards[versionAt(this.cards, moment) - 1];
    return (before?.models ?? []).some((rates) =>
      [rates.model, ...rates.aliases].some((name) => {
        const after = card.models.find((each) => isNamed(each, name));
        return after?.model !== rates.model || !keepsPrices(rates, after);
      }),
    );
  }
}

export function isFree(usage: StatedUsage): boolean {
  return usage.cacheHit || usage.outcome === 'blocked' || usage.outcome === 'upstream_error';
}

/** The newest version that holds a moment; 0 for none. */
function versionAt(
  versions: readonly { readonly start: number; readonly end: number | null }[],
  moment: number,
): number {
  for (let version = versions.length; version > 0; version -= 1) {
    const candidate = versions[version - 1];
    if (candidate === undefined || moment < candidate.start) continue;
    if (candidate.end === null || moment < candidate.end) return version;
  }
  return 0;
}

function isNamed({ model, aliases }: Rates, name: string): boolean {
  return model === name || aliases.includes(name);
}

function tierFor(tiers: readonly Tier[], input: number): Tier | undefined {
  return tiers.findLast(({ above }) => above === 0 || input > above);
}

/** Whether whatever had a price has the same one, for every length of input that makes a difference. */
function keepsPrices(before: Rates, after: Rates): boolean {
  const lengths = [...before.tiers, ...after.tiers].map(({ above }) => above + 1);
  return lengths.every((length) => {
    const [was, is] = [tierFor(before.tiers, length), tierFor(after.tiers, length)];
    if (was === undefined) return true;
    if (was.above !== is?.above || was.fee !== is.fee) return false;
    return CLASSES.every((each) => was.prices[each] === undefined || was.prices[each] === is.prices[each]);
  });
}

/** To the nearest unit; from the middle between two, to the even one. */
function withMarkup(units: bigint, markup: number): bigint {
  const tenThousandths = units * BigInt(10_000 + markup);
  const below = (tenThousandths - (tenThousandths % 10_000n)) / 10_000n;
  const rest = tenThousandths - below * 10_000n;
  if (rest === 5_000n) return below % 2n === 0n ? below : below + 1n;
  return rest < 5_000n ? below : below + 1n;
}

function textOf(published: Card | Agreement | undefined): string {
  return JSON.stringify(published ?? null, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
}
