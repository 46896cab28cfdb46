import type { Credential, Origin, Outcome } from '@floopy/domain';
import * as fc from 'fast-check';
import type { Cut } from './cuts';
import { LEVELS, LONG_INPUT, MODELS } from './prices';
import type { Act, Saying, Step } from './steps';
import { PLANS } from './world';

/** No transaction sends more. */
const MOST_STATEMENTS = 16;
const TWO_MONTHS_MINUTES = 65 * 24 * 60;

const any = fc.nat({ max: 1_000 });
const organization = fc.nat({ max: 2 });
const model = fc.nat({ max: MODELS.length - 1 });
const someOrganization = fc.option(organization);
const someModel = fc.option(model);
const isRare = fc.nat({ max: 19 }).map((number) => number === 19);
const inDays = fc.constantFrom(0, 0, 4);
const priced = {
  level: fc.nat({ max: LEVELS - 1 }),
  start: fc.constantFrom(
    'now' as const,
    'now' as const,
    'soon' as const,
    'past' as const,
    'ever' as const,
    'ever' as const,
  ),
  days: fc.constantFrom(null, null, 2, 40),
};

const saying: fc.Arbitrary<Saying> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      type: fc.constant('usage' as const),
      // Most of it can be applied at once: what waits for something is rare, as it is outside.
      organization: fc.constantFrom(0, 0, 0, 1, 1, 2),
      request: fc.nat({ max: 24 }),
      model: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(0, 1, 2) }, { weight: 1, arbitrary: model }),
      byAlias: isRare,
      origin: fc.constantFrom<Origin[]>('gateway', 'gateway', 'playground'),
      outcome: fc.constantFrom<Outcome[]>('succeeded', 'succeeded', 'succeeded', 'client_aborted', 'blocked'),
      cacheHit: isRare,
      credential: fc.constantFrom<Credential[]>('platform', 'platform', 'platform', 'byok'),
      input: fc.oneof(fc.nat({ max: 5_000 }), fc.constantFrom(0, LONG_INPUT, LONG_INPUT + 1)),
      cachedShare: fc.constantFrom(0, 0, 500, 1_000),
      output: fc.nat({ max: 3_000 }),
      team: fc.constantFrom(null, 'team_a', 'team_b'),
      minutesAgo: fc.oneof(
        { weight: 8, arbitrary: fc.nat({ max: 20 }) },
        { weight: 2, arbitrary: fc.nat({ max: 24 * 60 }) },
        { weight: 2, arbitrary: fc.nat({ max: TWO_MONTHS_MINUTES }) },
        { weight: 1, arbitrary: fc.constantFrom(-10, -5) },
      ),
      isMiskeyed: isRare,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ type: fc.constantFrom('again' as const, 'again' as const, 'otherwise' as const), nth: any }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('void' as const), nth: any, isAhead: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constantFrom('noise' as const, 'hole' as const) }) },
);

/** An act of one type, with what it says. */
function an<Type extends Act['type'], Model extends object>(
  type: Type,
  said: { [Key in keyof Model]: fc.Arbitrary<Model[Key]> },
): fc.Arbitrary<{ type: Type } & Model> {
  return fc.record({ type: fc.constant(type), ...said }) as fc.Arbitrary<{ type: Type } & Model>;
}

const ACTS: readonly { readonly weight: number; readonly arbitrary: fc.Arbitrary<Act> }[] = [
  {
    weight: 10,
    arbitrary: an('say', {
      partition: fc.nat({ max: 1 }),
      sayings: fc.array(saying, { minLength: 1, maxLength: 12, size: 'max' }),
    }),
  },
  { weight: 10, arbitrary: an('read', { most: fc.integer({ min: 1, max: 20 }), isFatal: fc.boolean() }) },
  { weight: 1, arbitrary: an('read wrongly', { fault: fc.constantFrom('replaced' as const, 'ahead' as const) }) },
  { weight: 3, arbitrary: an('wait', { hours: fc.constantFrom(1, 20, 70, 300) }) },
  { weight: 2, arbitrary: an('found', { organization: fc.constantFrom(0, 2, 2) }) },
  { weight: 6, arbitrary: an('publish card', { model, ...priced }) },
  { weight: 3, arbitrary: an('agree', { organization, model: someModel, ...priced }) },
  {
    weight: 2,
    arbitrary: an('adjust', {
      organization,
      key: fc.nat({ max: 3 }),
      units: fc.constantFrom(5_000_000_000_000n, -1n, 70_000_000_007n),
    }),
  },
  { weight: 4, arbitrary: an('reverse', { organization, nth: any, uncount: fc.boolean() }) },
  {
    weight: 5,
    arbitrary: an('plan reprice', {
      isAppliedAtOnce: fc.boolean(),
      organization: someOrganization,
      model: someModel,
      hours: fc.constantFrom(30, 1_000, 3_000),
      card: fc.oneof(fc.constant('kept' as const), any),
      agreement: fc.oneof(fc.constantFrom('kept' as const, null), any),
    }),
  },
  { weight: 3, arbitrary: an('apply reprice', { nth: any }) },
  {
    weight: 3,
    arbitrary: an('redrive', {
      reason: fc.constantFrom(
        null,
        null,
        'unpriced' as const,
        'unknown_organization' as const,
        'unknown_event' as const,
      ),
    }),
  },
  { weight: 1, arbitrary: an('discard', { nth: fc.nat({ max: 12 }) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('replay' as const) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('rebuild' as const) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('absorb' as const) }) },
  { weight: 2, arbitrary: an('change plan', { organization, plan: fc.constantFrom(...Object.keys(PLANS)), inDays }) },
  { weight: 3, arbitrary: an('switch overage', { organization, isOn: fc.constantFrom(true, true, false), inDays }) },
];

const cut: fc.Arbitrary<Cut | null> = fc.oneof(
  { weight: 5, arbitrary: fc.constant(null) },
  { weight: 3, arbitrary: fc.record({ at: fc.integer({ min: 1, max: MOST_STATEMENTS }) }) },
  { weight: 2, arbitrary: fc.record({ at: fc.constant('commit' as const), isHeard: fc.boolean() }) },
);

/** Anything that producers, operators and machines may do, in any order. */
export const histories: fc.Arbitrary<Step[]> = fc.array(fc.record({ act: fc.oneof(...ACTS), cut }), {
  minLength: 1,
  maxLength: 60,
  size: 'max',
});
