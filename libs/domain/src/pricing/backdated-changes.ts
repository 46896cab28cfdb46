import { type Instant, type Interval, intervalHolds } from '../time/instant';
import { SERVICE_TIERS, type ServiceTier } from '../usage/usage-event';
import { changeOf, compareRateNames, priceIn, type RateChange } from './diff-rate-cards';
import { indexModels } from './price-book';
import { contextTierFor, type ModelRates, newestInForce, type RateCard, type RateCardDraft } from './rate-card';
import { CHARGEABLES } from './token-class';

/** A price in force before now that a draft would change, and the version that set it. */
export interface BackdatedChange extends RateChange {
  readonly rateCardVersion: number;
}

/**
 * What a draft would change in the past. A version whose interval reaches back may only add what was missing, so that
 * usage which arrives late is charged what usage on time was charged; a past price is changed by a reprice instead.
 * A name that comes to mean another model, or a threshold that moves, is a change too: agreed prices hang on both.
 * @returns empty when the draft may be published; else every past price that it would change, as the card lists them.
 */
export function backdatedChanges(
  draft: RateCardDraft,
  published: readonly RateCard[],
  now: Instant,
): BackdatedChange[] {
  const namesAfter = indexModels(draft.models);
  return versionsInForce(published, { start: draft.inForce.start, end: earlier(draft.inForce.end, now) }).flatMap(
    (card) =>
      card.models
        .flatMap((before) => changesOfModel(before, (name) => namesAfter.get(before.provider)?.get(name) ?? null))
        .sort(compareRateNames)
        .map((change) => ({ ...change, rateCardVersion: card.version })),
  );
}

function earlier(end: Instant | null, now: Instant): Instant {
  return end !== null && end < now ? end : now;
}

/** The versions that decided prices at some moment of an interval, oldest first. */
function versionsInForce(published: readonly RateCard[], interval: Interval): RateCard[] {
  const turns = published.flatMap((card) => [
    card.inForce.start,
    ...(card.inForce.end === null ? [] : [card.inForce.end]),
  ]);
  const moments = [interval.start, ...turns].filter((moment) => intervalHolds(interval, moment));
  const deciding = new Set(moments.map((moment) => newestInForce(published, moment)));
  return published.filter((card) => deciding.has(card)).sort((left, right) => left.version - right.version);
}

/** A model has as many changes as its names came to mean different things; names that still agree are listed once. */
function changesOfModel(before: ModelRates, ratesAfter: (name: string) => ModelRates | null): RateChange[] {
  const nameByRates = new Map<ModelRates | null, string>();
  for (const name of [before.model, ...before.aliases]) {
    const after = ratesAfter(name);
    if (!nameByRates.has(after)) nameByRates.set(after, name);
  }
  return [...nameByRates].flatMap(([after, name]) =>
    SERVICE_TIERS.flatMap((serviceTier) => changesOfTier({ ...before, model: name }, before, after, serviceTier)),
  );
}

function changesOfTier(
  shown: Pick<ModelRates, 'provider' | 'model'>,
  before: ModelRates,
  after: ModelRates | null,
  serviceTier: ServiceTier,
): RateChange[] {
  const tiersBefore = before.serviceTiers[serviceTier] ?? [];
  const tiersAfter = after?.serviceTiers[serviceTier] ?? [];
  if (tiersBefore.length === 0) return [];
  const thresholds = new Set([...tiersBefore, ...tiersAfter].map((tier) => tier.aboveInputTokens));
  return [...thresholds].flatMap((aboveInputTokens) => {
    const tierBefore = contextTierFor(tiersBefore, aboveInputTokens + 1);
    const tierAfter = contextTierFor(tiersAfter, aboveInputTokens + 1);
    const isSameRate = after?.model === before.model && tierAfter?.aboveInputTokens === tierBefore?.aboveInputTokens;
    return CHARGEABLES.map((tokenClass) =>
      changeOf(
        { ...shown, serviceTier, aboveInputTokens, tokenClass },
        priceIn(tierBefore, tokenClass),
        priceIn(tierAfter, tokenClass),
      ),
    ).filter((change) => wasDecided(change) && !(isSameRate && change.before === change.after));
  });
}

/** Whether usage was priced by it: a class without a rate left its tokens waiting, but without a fee there was no fee. */
function wasDecided(change: RateChange): boolean {
  return change.before !== null || (change.tokenClass === 'request' && change.after !== null);
}
