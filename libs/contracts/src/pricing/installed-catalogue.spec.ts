import {
  backdatedChanges,
  diffRateCards,
  formatAmount,
  organizationIdOf,
  parseInstant,
  type PriceBook,
  priceBookOf,
  priceUsage,
  type PricingOutcome,
  type TokenCounts,
  validateRateCard,
  writeRateCardContent,
} from '@floopy/domain';
import { calcPrice, type Provider, waitForUpdate } from '@pydantic/genai-prices';
import { type ImportedPrices, importGenaiPrices, type NotImportedReason } from './import-genai-prices';
import { KNOWN_SNAPSHOTS } from './known-snapshots';
import { decodeRateCardFile, encodeRateCardFile } from './rate-card-file';

const START = parseInstant('2020-01-01T00:00:00Z')!;
const TODAY = parseInstant('2026-11-23T10:00:00Z')!;

const NO_TOKENS: TokenCounts = {
  input: 0,
  cacheReadInput: 0,
  cacheCreation5mInput: 0,
  cacheCreation1hInput: 0,
  inputAudio: 0,
  cacheReadInputAudio: 0,
  output: 0,
  reasoningOutput: 0,
  outputAudio: 0,
};

let catalogue: readonly Provider[];
let sinceStart: ImportedPrices;
let book: PriceBook;

beforeAll(async () => {
  catalogue = (await waitForUpdate()) ?? [];
  const inForce = { start: START, end: null };
  sinceStart = importGenaiPrices(catalogue, inForce);
  const { models } = sinceStart;
  book = priceBookOf([{ id: 'card', version: 1, contentHash: '', publishedAt: START, inForce, models }], []);
});

function price(provider: string, model: string, tokens: Partial<TokenCounts>): PricingOutcome {
  return priceUsage(
    {
      organizationId: organizationIdOf('org_acme'),
      source: '/x',
      id: 'evt_1',
      occurredAt: TODAY,
      requestId: 'req_1',
      origin: 'gateway',
      provider,
      model,
      serviceTier: 'standard',
      outcome: 'succeeded',
      cacheHit: false,
      credential: 'platform',
      tokens: { ...NO_TOKENS, ...tokens },
      teamId: null,
      userId: null,
      apiKeyId: null,
      promptId: null,
      sessionId: null,
      attemptId: null,
      metadata: null,
    },
    book,
    0,
  );
}

function amountOf(provider: string, model: string, tokens: Partial<TokenCounts>): string {
  const outcome = price(provider, model, tokens);
  return outcome.type === 'unpriced' ? `misses ${outcome.rate.missing}` : formatAmount(outcome.amount);
}

describe('the catalogue that is installed', () => {
  it('holds the worked examples to the last unit', () => {
    expect(amountOf('openai', 'gpt-4o', { input: 12_345, cacheReadInput: 10_000, output: 678 })).toBe('2.5142500000');
    const sonnet = { input: 25_235, cacheCreation5mInput: 4735, cacheReadInput: 20_000, output: 255 };
    expect(amountOf('anthropic', 'claude-sonnet-4', sonnet)).toBe('2.9081250000');
    expect(amountOf('google', 'gemini-2.5-pro', { input: 200_000, output: 1000 })).toBe('26.0000000000');
    expect(amountOf('google', 'gemini-2.5-pro', { input: 200_001, output: 1000 })).toBe('51.5002500000');
  });

  it.each([
    ['openai', 'gpt-4o-2024-08-06', 'gpt-4o'],
    ['anthropic', 'claude-sonnet-4-20250514', 'claude-sonnet-4-0'],
    ['anthropic', 'claude-3-5-haiku-20241022', 'claude-3-5-haiku-latest'],
    ['google', 'gemini-2.0-flash-001', 'gemini-2.0-flash'],
  ])('knows %s/%s as %s, since the card writes it out', (provider, alias, model) => {
    const rates = sinceStart.models.find((candidate) => candidate.provider === provider && candidate.model === model);
    expect(rates?.aliases).toContain(alias);
  });

  it('gives a card that may be published, from 2020 on and from today on', () => {
    const today = importGenaiPrices(catalogue, { start: TODAY, end: null });
    for (const { models } of [sinceStart, today]) {
      expect(validateRateCard({ id: 'card', inForce: { start: START, end: null }, models })).toEqual([]);
      expect(models.length).toBeGreaterThan(1_400);
    }
  });

  it('drops nothing in silence: every model is on the card or listed with the reason', () => {
    const listed = new Set(
      [...sinceStart.models, ...sinceStart.notImported.filter((entry) => !entry.modelImported)].map(
        ({ provider, model }) => `${provider} ${model}`,
      ),
    );
    const models = catalogue.flatMap((provider) => provider.models.map((model) => `${provider.id} ${model.id}`));
    expect(models.length).toBe(listed.size);
    expect(models.filter((name) => !listed.has(name))).toEqual([]);
  });

  it('lists those whose price changed since 2020, which a card from today on has', () => {
    const o3 = { provider: 'openai', model: 'o3' };
    expect(sinceStart.notImported).toContainEqual({
      ...o3,
      price: null,
      reason: 'price_changes_in_interval',
      detail: 'another price from 2025-06-10',
      modelImported: false,
    });
    expect(importGenaiPrices(catalogue, { start: TODAY, end: null }).models).toContainEqual(
      expect.objectContaining(o3),
    );
  });

  it('knows every snapshot of the explicit table', () => {
    expect(sinceStart.notImported.filter(({ reason }) => reason === 'ambiguous_name')).toEqual([]);
  });

  it('may be published again with one more snapshot, since 2020: that only adds what was missing', () => {
    const inForce = { start: START, end: null };
    const [first, ...others] = KNOWN_SNAPSHOTS['anthropic'] ?? [];
    const fewer = importGenaiPrices(catalogue, inForce, { ...KNOWN_SNAPSHOTS, anthropic: others });
    const published = { id: 'card', version: 1, contentHash: '', publishedAt: START, inForce, models: fewer.models };
    const draft = { id: 'card', inForce, models: sinceStart.models };
    expect(diffRateCards(published, draft)).toMatchObject({ rates: [], aliases: [{ type: 'added', alias: first }] });
    expect(backdatedChanges(draft, [published], TODAY)).toEqual([]);
    const back = backdatedChanges(published, [{ ...draft, version: 2, contentHash: '', publishedAt: START }], TODAY);
    expect(new Set(back.map(({ type, model }) => `${type} ${model}`))).toEqual(new Set([`removed ${first}`]));
  });

  it('refuses only what is not exact, and images and the like, whole', () => {
    const whole: NotImportedReason[] = ['not_a_whole_number_of_units', 'tokens_not_told_apart', 'invalid_price'];
    const refused = sinceStart.notImported.filter(({ reason }) => whole.includes(reason));
    expect(refused.filter((entry) => entry.modelImported)).toEqual([]);
    expect(refused.map(({ model }) => model)).toEqual(
      expect.arrayContaining(['gpt-image-1', 'Qwen/Qwen3-VL-8B-Instruct', 'google/gemini-2.5-flash-lite']),
    );
  });

  it('goes through a file and comes back as the same card', () => {
    const draft = { id: 'card', inForce: { start: START, end: null }, models: sinceStart.models };
    const decoded = decodeRateCardFile(encodeRateCardFile(draft));
    expect(decoded.type).toBe('rate_card');
    expect(decoded.type === 'rate_card' && writeRateCardContent(decoded.draft)).toBe(writeRateCardContent(draft));
  });

  // The catalogue's own calculator is an oracle that shares nothing with the import, up to the error of its floats.
  it.each([
    ['below every threshold', { input: 90, cacheReadInput: 20, cacheCreation5mInput: 5, output: 30 }],
    ['far above every threshold', { input: 1_000_000, cacheReadInput: 200, cacheCreation5mInput: 5, output: 30 }],
  ])('prices every model as the calculator of the catalogue does, %s', (_, tokens) => {
    const usage = {
      input_tokens: tokens.input,
      cache_read_tokens: tokens.cacheReadInput,
      cache_write_tokens: tokens.cacheCreation5mInput,
      output_tokens: tokens.output,
    };
    const deviations = sinceStart.models.flatMap((rates) => {
      const { standard = [] } = rates.serviceTiers;
      const isComparable = standard.every(
        ({ unitPrices }) => unitPrices.cache_creation_5m_input !== undefined && unitPrices.output !== undefined,
      );
      const provider = catalogue.find(({ id }) => id === rates.provider);
      if (!isComparable || provider === undefined) return [];
      const ours = price(rates.provider, rates.model, tokens);
      const theirs = calcPrice(usage, rates.aliases[0] ?? rates.model, { provider, timestamp: new Date(TODAY) });
      if (ours.type !== 'priced' || theirs === null) return [];
      const usd = Number(ours.amount - (standard[0]?.requestFee ?? 0n)) / 1e12;
      return [{ model: `${rates.provider}/${rates.model}`, deviation: Math.abs(usd - theirs.total_price) }];
    });
    expect(deviations.length).toBeGreaterThan(100);
    expect(deviations.filter(({ deviation }) => deviation > 1e-9)).toEqual([]);
  });
});
