import {
  publishRateCard,
  type RedrivenLetter,
  type RedrivePorts,
  redriveLetters,
  type RedriveTally,
  redriveUsage,
} from '@floopy/application';
import { decodeKeptRecord } from '@floopy/contracts';
import { instantOfMilliseconds, parseAmount, type RateCardDraft } from '@floopy/domain';
import {
  createLetterStore,
  createPublishingStore,
  createRedriveStore,
  createRehearsalStore,
  type DatabasePool,
  PriceBookMemory,
} from '@floopy/postgres';
import { CLOCK_AND_HASH, SEEDED_CARD } from './seeded-database';

/** A model that the seeded card has no rate for. */
export const UNPRICED = { model: 'gpt-9' };

export interface PricedModels {
  /** gpt-9 alone when absent. */
  readonly models?: readonly string[];
  readonly start?: number;
  readonly end?: number;
}

/** Publishes the seeded card with a rate for some more models, in cents for a token of output. */
export async function priceUnpriced(pool: DatabasePool, outputCents: string, priced: PricedModels = {}): Promise<void> {
  const [seeded] = SEEDED_CARD.models;
  const output = parseAmount(outputCents);
  const zero = parseAmount('0');
  if (seeded === undefined || output === null || zero === null) throw new Error('the seeded card has a model');
  const context = {
    aboveInputTokens: 0,
    unitPrices: { input: zero, cache_read_input: zero, output },
    requestFee: zero,
  };
  const { models = [UNPRICED.model], start = SEEDED_CARD.inForce.start, end = null } = priced;
  const added = models.map((model) => ({ ...seeded, model, aliases: [], serviceTiers: { standard: [context] } }));
  const draft: RateCardDraft = {
    ...SEEDED_CARD,
    inForce: { start: instantOfMilliseconds(start), end: end === null ? null : instantOfMilliseconds(end) },
    models: [seeded, ...added],
  };
  const ports = { store: createPublishingStore(pool), ...CLOCK_AND_HASH };
  const published = await publishRateCard(ports, { draft, publishedBy: 'test' });
  if (published.type !== 'published') throw new Error(`the card was not published: ${JSON.stringify(published)}`);
}

type Selection = Parameters<typeof redriveLetters>[1]['selection'];

const OPERATOR = { name: 'ada', actNumber: null };

/** Drives letters through the pipeline again, as every process does; a rehearsal keeps nothing of it. */
export function redriveIn(
  pool: DatabasePool,
  selection: Selection,
  { rehearsed = false }: { readonly rehearsed?: boolean } = {},
): Promise<RedriveTally> {
  const ports = { ...portsOf(pool, rehearsed), letters: createLetterStore(pool), onProgress: () => undefined };
  return redriveLetters(ports, { selection, operator: OPERATOR, after: 0, limit: Number.MAX_SAFE_INTEGER });
}

/** Drives these letters through the pipeline again, in one transaction. */
export function driveLetters(pool: DatabasePool, letterKeys: readonly number[]): Promise<RedrivenLetter[]> {
  return redriveUsage(portsOf(pool, false), letterKeys, OPERATOR);
}

function portsOf(pool: DatabasePool, rehearsed: boolean): RedrivePorts {
  const prices = new PriceBookMemory();
  const store = rehearsed ? createRehearsalStore(pool, prices) : createRedriveStore(pool, prices);
  return { store, decode: decodeKeptRecord, ...CLOCK_AND_HASH };
}
