import {
  amountOfUnits,
  type Amount,
  type AppliedPlan,
  type AppliedPrice,
  type Correction,
  CORRECTION_KINDS,
  CREDENTIALS,
  type Digest,
  type Instant,
  instantOfMilliseconds,
  LATEST_INSTANT,
  LEDGER_TYPES,
  type LedgerEvent,
  type LedgerHash,
  organizationIdOf,
  ORIGINS,
  OUTCOMES,
  SERVICE_TIERS,
  type PostedUsage,
  type TokenCounts,
  type UsageEvent,
  REQUEST_STANDINGS,
} from '@floopy/domain';
import * as fc from 'fast-check';
import { MAX_TOKEN_COUNT } from '../src/usage/usage-event-schema';

const visibleAscii = fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code));
export const identifiers = fc.string({ unit: visibleAscii, minLength: 1, maxLength: 128 });

const uriCharacters = fc.constantFrom(..."abcXYZ019-._~:/?#[]@!$&'()*+,;=".split(''), '%20', '%2F');
export const sources = fc
  .array(uriCharacters, { minLength: 1, maxLength: 40 })
  .map((characters) => characters.join(''));

export const instants: fc.Arbitrary<Instant> = fc
  .oneof(fc.integer({ min: 0, max: LATEST_INSTANT }), fc.constantFrom(0, LATEST_INSTANT))
  .map(instantOfMilliseconds);

export const amounts: fc.Arbitrary<Amount> = fc.bigInt({ min: -(10n ** 27n), max: 10n ** 27n }).map(amountOfUnits);

const count = fc.oneof(fc.nat({ max: 1_000 }), fc.nat({ max: MAX_TOKEN_COUNT }), fc.constant(0));

/** Counts whose disjoint subsets fit into their totals: a total is cut at random places. */
export const tokenCounts: fc.Arbitrary<TokenCounts> = fc
  .record({
    input: count,
    output: count,
    inputCuts: fc.array(fc.nat({ max: 1_000 }), { minLength: 5, maxLength: 5 }),
    outputCuts: fc.array(fc.nat({ max: 1_000 }), { minLength: 2, maxLength: 2 }),
  })
  .map(({ input, output, inputCuts, outputCuts }) => {
    const [cacheReadInput, cacheCreation5mInput, cacheCreation1hInput, inputAudio, cacheReadInputAudio] = partsOf(
      input,
      inputCuts,
    ) as [number, number, number, number, number];
    const [reasoningOutput, outputAudio] = partsOf(output, outputCuts) as [number, number];
    return {
      input,
      cacheReadInput,
      cacheCreation5mInput,
      cacheCreation1hInput,
      inputAudio,
      cacheReadInputAudio,
      output,
      reasoningOutput,
      outputAudio,
    };
  });

function partsOf(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((left, right) => left + right, 0);
  return weights.map((weight) => (sum === 0 ? 0 : Math.floor((total * weight) / (sum + 1))));
}

/** Metadata small enough to be taken, as the compact JSON that decoding leaves of it. */
export const metadata = fc
  .dictionary(fc.string({ maxLength: 10 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 5, noNullPrototype: true })
  .map((object) => JSON.stringify(JSON.parse(JSON.stringify(object))))
  .filter((text) => Buffer.byteLength(text) <= 4_096 && !text.includes('"__proto__"'));

const optionalId = fc.option(identifiers);

const factsOfUsage = {
  requestId: identifiers,
  origin: fc.constantFrom(...ORIGINS),
  provider: identifiers,
  model: identifiers,
  serviceTier: fc.constantFrom(...SERVICE_TIERS),
  outcome: fc.constantFrom(...OUTCOMES),
  cacheHit: fc.boolean(),
  credential: fc.constantFrom(...CREDENTIALS),
  tokens: tokenCounts,
  teamId: optionalId,
  apiKeyId: optionalId,
  promptId: optionalId,
  sessionId: optionalId,
  attemptId: optionalId,
};

/** Events that the contract takes, whatever its limits allow. */
export const usageEvents: fc.Arbitrary<UsageEvent> = fc.record({
  organizationId: identifiers.map(organizationIdOf),
  source: sources,
  id: identifiers,
  occurredAt: instants,
  ...factsOfUsage,
  userId: optionalId,
  metadata: fc.option(metadata),
});

function hexadecimals(digits: number): fc.Arbitrary<string> {
  return fc.string({ unit: fc.constantFrom(...'0123456789abcdef'.split('')), minLength: digits, maxLength: digits });
}

export const hashes = hexadecimals(64).map((text) => text as LedgerHash);

const wholeNumbers = fc.nat();

const appliedPrices: fc.Arbitrary<AppliedPrice> = fc.record({
  rateCardVersion: wholeNumbers,
  overrideVersion: fc.option(wholeNumbers),
  markupBasisPoints: fc.integer({ min: -10_000, max: 100_000 }),
});

const appliedPlans: fc.Arbitrary<AppliedPlan> = fc.record({
  planVersion: wholeNumbers,
  standing: fc.constantFrom(...REQUEST_STANDINGS),
  overageRate: fc.option(amounts),
});

const postedUsage: fc.Arbitrary<PostedUsage> = fc.record({
  ...factsOfUsage,
  userReference: fc.option(wholeNumbers),
  contentDigest: hexadecimals(32).map((text) => text as Digest),
  counted: fc.boolean(),
  price: fc.option(appliedPrices),
  plan: fc.option(appliedPlans),
  ingestPartition: wholeNumbers,
});

const texts = fc.string({ unit: 'binary' });

const corrections: fc.Arbitrary<Correction> = fc.record({
  requestId: identifiers,
  provider: identifiers,
  model: identifiers,
  teamId: optionalId,
  promptId: optionalId,
  plan: fc.option(appliedPlans),
  uncounted: fc.boolean(),
  price: fc.option(appliedPrices),
  repricePlan: fc.option(wholeNumbers),
  voiding: fc.option(
    fc.record({
      source: texts,
      id: texts,
      contentDigest: hexadecimals(32).map((text) => text as Digest),
      ingestPartition: wholeNumbers,
    }),
  ),
});

const entries = {
  organizationId: identifiers.map(organizationIdOf),
  sequence: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  type: fc.constantFrom(...LEDGER_TYPES),
  amount: amounts,
  balanceAfter: amounts,
  occurredAt: instants,
  recordedAt: instants,
  reason: fc.option(texts),
  hash: hashes,
};

/** Ledger events of any content, not chained to each other. */
export const ledgerEvents: fc.Arbitrary<LedgerEvent> = fc.oneof(
  fc.record({
    ...entries,
    cause: fc.oneof(
      fc.record({ kind: fc.constant('usage_event' as const), source: texts, id: texts }),
      fc.record({ kind: fc.constant('operator' as const), id: texts }),
    ),
    usage: fc.option(postedUsage),
    correction: fc.constant(null),
  }),
  fc.record({
    ...entries,
    cause: fc.record({
      kind: fc.constantFrom(...CORRECTION_KINDS),
      id: fc.integer({ min: 1, max: 999_999_999_999_999 }).map(String),
    }),
    usage: fc.constant(null),
    correction: corrections,
  }),
);
