import { formatAmount, type TokenClass } from '@floopy/domain';
import type { GenaiPrices } from './genai-catalogue';
import { contextTiersOf } from './genai-context-tiers';

/** The tiers with prices as USD for a million tokens, which is how the catalogue writes them. */
function tiersOf(prices: GenaiPrices): unknown {
  return contextTiersOf(prices).tiers?.map(({ aboveInputTokens, unitPrices, requestFee }) => ({
    above: aboveInputTokens,
    ...Object.fromEntries(Object.entries(unitPrices).map(([tokenClass, price]) => [tokenClass, Number(price) / 1e6])),
    ...(requestFee === 0n ? {} : { fee: formatAmount(requestFee) }),
  }));
}

const INHERITED = { cache_read_input: 1, reasoning_output: 4 };

describe('contextTiersOf', () => {
  it('gives every key its class', () => {
    const prices = {
      input_mtok: 1,
      cache_read_mtok: 2,
      cache_write_mtok: 3,
      cache_write_1h_mtok: 4,
      input_audio_mtok: 5,
      cache_audio_read_mtok: 6,
      output_mtok: 7,
      output_reasoning_mtok: 8,
      output_audio_mtok: 9,
    };
    const classes: Record<TokenClass, number> = {
      input: 1,
      cache_read_input: 2,
      cache_creation_5m_input: 3,
      cache_creation_1h_input: 4,
      input_audio: 5,
      cache_read_input_audio: 6,
      output: 7,
      reasoning_output: 8,
      output_audio: 9,
    };
    expect(tiersOf(prices)).toEqual([{ above: 0, ...classes }]);
  });

  it('writes inherited rates out, and no other: reasoning, a cached read, an hour of cache', () => {
    expect(tiersOf({ input_mtok: 1, output_mtok: 4, cache_write_mtok: 2 })).toEqual([
      { above: 0, input: 1, output: 4, ...INHERITED, cache_creation_5m_input: 2, cache_creation_1h_input: 2 },
    ]);
    expect(tiersOf({ cache_write_1h_mtok: 2, input_audio_mtok: 3, output_audio_mtok: 5 })).toEqual([
      { above: 0, cache_creation_1h_input: 2, input_audio: 3, output_audio: 5 },
    ]);
  });

  it('keeps a stated rate, also one of nothing, instead of the inherited one', () => {
    expect(tiersOf({ input_mtok: 1, cache_read_mtok: 0 })).toEqual([{ above: 0, input: 1, cache_read_input: 0 }]);
  });

  it('writes every price at every threshold, so that each tier stands alone', () => {
    const prices = {
      input_mtok: { base: 1, tiers: [{ start: 200, price: 2 }] },
      output_mtok: {
        base: 4,
        tiers: [
          { start: 100, price: 5 },
          { start: 300, price: 6 },
        ],
      },
      cache_read_mtok: 0.5,
    };
    const tier = (above: number, input: number, output: number) => ({
      above,
      input,
      output,
      reasoning_output: output,
      cache_read_input: 0.5,
    });
    expect(tiersOf(prices)).toEqual([tier(0, 1, 4), tier(100, 1, 5), tier(200, 2, 5), tier(300, 2, 6)]);
  });

  it('takes a price for a thousand requests as the fee of each', () => {
    expect(tiersOf({ input_mtok: 1, output_mtok: 4, requests_kcount: 12 })).toEqual([
      { above: 0, input: 1, output: 4, ...INHERITED, fee: '1.2000000000' },
    ]);
    expect(tiersOf({ requests_kcount: 5 })).toEqual([{ above: 0, fee: '0.5000000000' }]);
  });

  it('prices the tokens and lists what else a model charges for', () => {
    const { tiers, faults } = contextTiersOf({ input_mtok: 1, web_searches_kcount: 10, storage_searches_kcount: 2.5 });
    expect(tiers).toHaveLength(1);
    expect(faults).toEqual([
      { price: 'web_searches_kcount', reason: 'not_priced_yet', detail: '10' },
      { price: 'storage_searches_kcount', reason: 'not_priced_yet', detail: '2.5' },
    ]);
  });

  it.each(['input_image_mtok', 'output_image_mtok', 'input_video_mtok', 'output_citation_mtok'])(
    'refuses a model with %s: its tokens would be charged as text',
    (price) => {
      expect(contextTiersOf({ input_mtok: 1, output_mtok: 4, [price]: 30 })).toEqual({
        tiers: null,
        faults: [{ price, reason: 'tokens_not_told_apart', detail: '30' }],
      });
    },
  );

  it('refuses a model without a price for tokens or requests, and says what it has', () => {
    expect(contextTiersOf({ audio_hours: 0.36 })).toEqual({
      tiers: null,
      faults: [
        { price: null, reason: 'no_price', detail: 'neither for tokens nor for a request' },
        { price: 'audio_hours', reason: 'not_priced_yet', detail: '0.36' },
      ],
    });
    expect(contextTiersOf({ input_mtok: undefined }).faults).toMatchObject([{ reason: 'no_price' }]);
  });

  it('refuses a whole model for one price that is no whole number of units, and names all of them', () => {
    const prices = {
      input_mtok: 0.18000000000000002,
      output_mtok: { base: 1, tiers: [{ start: 100, price: 1e-7 }] },
      cache_read_mtok: 1,
    };
    expect(contextTiersOf(prices)).toEqual({
      tiers: null,
      faults: [
        { price: 'input_mtok', reason: 'not_a_whole_number_of_units', detail: '0.18000000000000002' },
        { price: 'output_mtok', reason: 'not_a_whole_number_of_units', detail: '1, 1e-7 above 100' },
      ],
    });
  });

  it.each([
    ['negative', -1],
    ['not a number', Number.NaN],
    ['negative above a threshold', { base: 1, tiers: [{ start: 100, price: -1 }] }],
    ['above a threshold of 0', { base: 1, tiers: [{ start: 0, price: 2 }] }],
    ['above half a token', { base: 1, tiers: [{ start: 0.5, price: 2 }] }],
    [
      'above thresholds that fall',
      {
        base: 1,
        tiers: [
          { start: 200, price: 2 },
          { start: 100, price: 3 },
        ],
      },
    ],
  ])('refuses a price that is %s', (_, price) => {
    expect(contextTiersOf({ input_mtok: price })).toMatchObject({
      tiers: null,
      faults: [{ price: 'input_mtok', reason: 'invalid_price' }],
    });
  });

  it('says which step of a price is wrong', () => {
    const { faults } = contextTiersOf({ input_mtok: { base: 1, tiers: [{ start: 100, price: -1 }] } });
    expect(faults).toEqual([{ price: 'input_mtok', reason: 'invalid_price', detail: '1, -1 above 100, step 1' }]);
  });

  it('refuses a price that no card may have', () => {
    expect(contextTiersOf({ input_mtok: 1e13 })).toMatchObject({
      tiers: null,
      faults: [{ reason: 'price_too_large' }],
    });
    expect(contextTiersOf({ input_mtok: 1e12 }).faults).toEqual([]);
  });
});
