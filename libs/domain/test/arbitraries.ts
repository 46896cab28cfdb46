import * as fc from 'fast-check';
import type { Correction } from '../src/ledger/ledger-event';
import { type Amount, amountOfUnits } from '../src/money/amount';
import { organizationIdOf } from '../src/organization/organization';
import type { ContextTier, ModelRates, OverriddenPrice, RateCard, RateOverride } from '../src/pricing/rate-card';
import { TOKEN_CLASSES } from '../src/pricing/token-class';
import { type Instant, instantOfMilliseconds, type Interval } from '../src/time/instant';
import {
  CREDENTIALS,
  isServed,
  ORIGINS,
  OUTCOMES,
  SERVICE_TIERS,
  type TokenCounts,
  type UsageEvent,
} from '../src/usage/usage-event';
import { aUsageEvent, at } from './a-usage-event';

/*
 * Small worlds: few names, few moments and few thresholds, so that what is drawn meets: the same request again, a
 * price just at its threshold, an interval that ends where the next begins.
 */

const DAY_ONE = at('2026-11-20T00:00:00Z');
const HOUR_MS = 3_600_000;

/** A whole number of hours after 20 November. */
export const aMoment = (maxHours = 96): fc.Arbitrary<Instant> =>
  fc.integer({ min: 0, max: maxHours }).map((hours) => instantOfMilliseconds(DAY_ONE + hours * HOUR_MS));

export const anIntervalOf = (maxHours = 96): fc.Arbitrary<Interval> =>
  fc
    .tuple(aMoment(maxHours / 3), fc.option(fc.integer({ min: 1, max: maxHours }), { nil: null }))
    .map(([start, hours]) => ({ start, end: hours === null ? null : instantOfMilliseconds(start + hours * HOUR_MS) }));

const PRICES: readonly Amount[] = [0n, 1n, 2n, 3n, 999_999_999_999n].map(amountOfUnits);

const THRESHOLDS = [100, 200];

/** Prices of all classes, some of which are missing; one is always there. */
const unitPrices: fc.Arbitrary<ContextTier['unitPrices']> = fc
  .tuple(
    fc.constantFrom(...PRICES),
    fc.array(fc.constantFrom(...PRICES, ...PRICES, null), { minLength: 9, maxLength: 9 }),
  )
  .map(([input, prices]) => {
    const present = TOKEN_CLASSES.flatMap((tokenClass, index) => {
      const price = prices[index] ?? null;
      return price === null ? [] : [[tokenClass, price] as const];
    });
    return { input, ...Object.fromEntries(present) };
  });

const aContextTier = (aboveInputTokens: number): fc.Arbitrary<ContextTier> =>
  fc
    .tuple(unitPrices, fc.constantFrom(...PRICES.map(() => amountOfUnits(0n)), ...PRICES))
    .map(([prices, requestFee]) => ({ aboveInputTokens, unitPrices: prices, requestFee }));

const contextTiers = fc
  .subarray(THRESHOLDS)
  .chain((thresholds) => fc.tuple(...[0, ...thresholds].map((threshold) => aContextTier(threshold))));

const MODELS = ['a', 'b'];
const NAMES = ['a', 'a', 'b', 'b', 'c', 'd'];

const serviceTiers: fc.Arbitrary<ModelRates['serviceTiers']> = fc
  .tuple(fc.constantFrom('both', 'both', 'both', 'standard', 'batch'), contextTiers, contextTiers)
  .map(([which, standard, batch]) => ({
    ...(which === 'batch' ? {} : { standard }),
    ...(which === 'standard' ? {} : { batch }),
  }));

/** Models `a` and `b`, or one of them, with the aliases `c` and `d` given to either. */
export const someModels: fc.Arbitrary<ModelRates[]> = fc
  .tuple(
    fc.subarray(MODELS, { minLength: 1 }),
    fc.tuple(serviceTiers, serviceTiers),
    fc.tuple(fc.constantFrom('a', 'b', null), fc.constantFrom('a', 'b', null)),
  )
  .map(([models, tiers, owners]) =>
    models.map((model, index) => ({
      provider: 'p',
      model,
      aliases: ['c', 'd'].filter((_, alias) => owners[alias] === model),
      serviceTiers: tiers[index] ?? {},
    })),
  );

export const aCard = (version: number): fc.Arbitrary<RateCard> =>
  fc.record({
    id: fc.constant('card'),
    version: fc.constant(version),
    contentHash: fc.constant('c'.repeat(64)),
    publishedAt: fc.constant(DAY_ONE),
    inForce: anIntervalOf(),
    models: someModels,
  });

const anOverriddenPriceIn: fc.Arbitrary<OverriddenPrice> = fc.record({
  provider: fc.constant('p'),
  model: fc.constantFrom(...MODELS),
  serviceTier: fc.constantFrom(...SERVICE_TIERS.slice(0, 2)),
  aboveInputTokens: fc.constantFrom(0, ...THRESHOLDS),
  tokenClass: fc.constantFrom(...TOKEN_CLASSES),
  unitPrice: fc.constantFrom(...PRICES),
});

export const anOverrideOf = (version: number): fc.Arbitrary<RateOverride> =>
  fc.record({
    id: fc.constant('override'),
    version: fc.constant(version),
    organizationId: fc.constantFrom('org_acme', 'org_other').map(organizationIdOf),
    inForce: anIntervalOf(),
    unitPrices: fc.array(anOverriddenPriceIn, { maxLength: 4 }),
  });

/** Counts whose subsets fit into their totals, often exactly, around the thresholds of the cards. */
export const someTokens: fc.Arbitrary<TokenCounts> = fc
  .tuple(
    fc.array(fc.constantFrom(0, 0, 1, 50, 100), { minLength: 6, maxLength: 6 }),
    fc.array(fc.constantFrom(0, 0, 1, 7), { minLength: 3, maxLength: 3 }),
  )
  .map(([input, output]) => {
    const [fresh = 0, cacheReadInput = 0, cacheCreation5mInput = 0, cacheCreation1hInput = 0, ...audio] = input;
    const [inputAudio = 0, cacheReadInputAudio = 0] = audio;
    const [answer = 0, reasoningOutput = 0, outputAudio = 0] = output;
    return {
      input: fresh + cacheReadInput + cacheCreation5mInput + cacheCreation1hInput + inputAudio + cacheReadInputAudio,
      cacheReadInput,
      cacheCreation5mInput,
      cacheCreation1hInput,
      inputAudio,
      cacheReadInputAudio,
      output: answer + reasoningOutput + outputAudio,
      reasoningOutput,
      outputAudio,
    };
  });

/** What a correction without anything optional repeats. */
export const A_CORRECTION: Correction = {
  requestId: 'req_1',
  provider: 'p',
  model: 'a',
  teamId: null,
  promptId: null,
  plan: null,
  uncounted: false,
  price: null,
  repricePlan: null,
  voiding: null,
};

/** Usage of two organizations: few ids and requests, so that resends, conflicts and further attempts come up. */
export const someUsage: fc.Arbitrary<UsageEvent> = fc
  .record({
    organizationId: fc.constantFrom('org_acme', 'org_other').map(organizationIdOf),
    id: fc.integer({ min: 1, max: 12 }).map((number) => `evt_${number}`),
    requestId: fc.integer({ min: 1, max: 6 }).map((number) => `req_${number}`),
    occurredAt: aMoment(),
    origin: fc.constantFrom(...ORIGINS),
    provider: fc.constant('p'),
    model: fc.constantFrom(...NAMES),
    serviceTier: fc.constantFrom(...SERVICE_TIERS.slice(0, 2)),
    outcome: fc.constantFrom(...OUTCOMES, ...OUTCOMES.filter(isServed), ...OUTCOMES.filter(isServed)),
    cacheHit: fc.constantFrom(false, false, false, false, false, true),
    credential: fc.constantFrom(...CREDENTIALS, 'platform' as const),
    tokens: someTokens,
    userId: fc.constantFrom(null, 'usr_1'),
  })
  .map((stated) => aUsageEvent(stated));
