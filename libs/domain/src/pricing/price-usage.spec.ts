import { aBook, aModel, aRateCard, aTier, cents, CLAUDE_SONNET_4, GEMINI_2_5_PRO } from '../../test/a-rate-card';
import { at, aUsageEvent } from '../../test/a-usage-event';
import { OUTCOMES } from '../usage/usage-event';
import { priceBookOf } from './price-book';
import { priceUsage, type PricingOutcome } from './price-usage';
import { TOKEN_CLASSES } from './token-class';

type Priced = Extract<PricingOutcome, { type: 'priced' }>;

function priced(outcome: PricingOutcome): Priced {
  if (outcome.type !== 'priced') throw new Error(`the outcome is ${outcome.type}`);
  return outcome;
}

describe('the worked examples', () => {
  it('charge gpt-4o with 12,345 in, of which 10,000 cached, and 678 out 2.51425 cents', () => {
    const event = aUsageEvent({ tokens: { input: 12_345, cacheReadInput: 10_000, output: 678 } });
    const { amount, receipt } = priced(priceUsage(event, aBook(), 0));
    expect(amount).toBe(cents('2.51425'));
    expect(receipt).toEqual({
      rateCard: { id: 'list-prices', version: 1, contentHash: 'c'.repeat(64) },
      override: null,
      serviceTier: 'standard',
      aboveInputTokens: 0,
      lines: [
        { tokenClass: 'input', quantity: 2345, unitPrice: cents('0.00025'), amount: cents('0.58625') },
        { tokenClass: 'cache_read_input', quantity: 10_000, unitPrice: cents('0.000125'), amount: cents('1.25') },
        { tokenClass: 'output', quantity: 678, unitPrice: cents('0.001'), amount: cents('0.678') },
      ],
      subtotal: cents('2.51425'),
      markupBasisPoints: 0,
      total: cents('2.51425'),
    });
  });

  it('charge Claude Sonnet 4 with 500 fresh, 4,735 written to and 20,000 read from the cache, 255 out 2.908125 cents', () => {
    const event = aUsageEvent({
      provider: 'anthropic',
      model: 'claude-sonnet-4',
      tokens: { input: 25_235, cacheCreation5mInput: 4735, cacheReadInput: 20_000, output: 255 },
    });
    expect(priceUsage(event, aBook([CLAUDE_SONNET_4]), 0)).toMatchObject({ amount: cents('2.908125') });
  });

  it.each([
    [200_000, '26', 0],
    [200_001, '51.50025', 200_000],
  ])('charge Gemini 2.5 Pro with %s in and 1,000 out %s cents: the cliff', (input, amount, aboveInputTokens) => {
    const event = aUsageEvent({ provider: 'google', model: 'gemini-2.5-pro', tokens: { input, output: 1000 } });
    expect(priceUsage(event, aBook([GEMINI_2_5_PRO]), 0)).toMatchObject({
      amount: cents(amount),
      receipt: { aboveInputTokens },
    });
  });
});

describe('priceUsage', () => {
  const everyToken = {
    input: 31,
    cacheReadInput: 1,
    cacheCreation5mInput: 2,
    cacheCreation1hInput: 4,
    inputAudio: 8,
    cacheReadInputAudio: 15,
    output: 7,
    reasoningOutput: 2,
    outputAudio: 4,
  };
  const everyPrice = Object.fromEntries(TOKEN_CLASSES.map((tokenClass, index) => [tokenClass, String(10 ** index)]));

  it('prices each class of tokens at its own rate', () => {
    const book = aBook([aModel({ serviceTiers: { standard: [aTier(everyPrice)] } })]);
    const { receipt } = priced(priceUsage(aUsageEvent({ tokens: everyToken }), book, 0));
    expect(receipt.lines.map((line) => [line.tokenClass, line.quantity, line.unitPrice])).toEqual([
      ['input', 1, cents('1')],
      ['cache_read_input', 1, cents('10')],
      ['cache_creation_5m_input', 2, cents('100')],
      ['cache_creation_1h_input', 4, cents('1000')],
      ['input_audio', 8, cents('10000')],
      ['cache_read_input_audio', 15, cents('100000')],
      ['output', 1, cents('1000000')],
      ['reasoning_output', 2, cents('10000000')],
      ['output_audio', 4, cents('100000000')],
    ]);
    expect(receipt.total).toBe(cents('422584211'));
  });

  it.each(OUTCOMES.filter((outcome) => outcome !== 'succeeded' && outcome !== 'client_aborted'))(
    'charges nothing for %s, whether there is a rate or not',
    (outcome) => {
      expect(priceUsage(aUsageEvent({ outcome }), aBook(), 500)).toEqual({ type: 'free', amount: 0n });
      expect(priceUsage(aUsageEvent({ outcome, model: 'unheard-of' }), aBook(), 0)).toEqual({
        type: 'free',
        amount: 0n,
      });
    },
  );

  it('charges nothing for a cache hit, whether there is a rate or not', () => {
    expect(priceUsage(aUsageEvent({ cacheHit: true }), aBook(), 0)).toEqual({ type: 'free', amount: 0n });
    expect(priceUsage(aUsageEvent({ cacheHit: true }), aBook([]), 0)).toEqual({ type: 'free', amount: 0n });
  });

  it('charges an answer that the client aborted', () => {
    expect(priceUsage(aUsageEvent({ outcome: 'client_aborted' }), aBook(), 0)).toMatchObject({ amount: cents('0.35') });
  });

  describe('the request fee', () => {
    const book = aBook([aModel({ serviceTiers: { standard: [aTier({ input: '1', output: '1' }, 0, cents('2.5'))] } })]);

    it('is a line of its own beside the tokens', () => {
      const { amount, receipt } = priced(priceUsage(aUsageEvent({ tokens: { input: 3 } }), book, 0));
      expect(amount).toBe(cents('5.5'));
      expect(receipt.lines.at(-1)).toEqual({
        tokenClass: 'request',
        quantity: 1,
        unitPrice: cents('2.5'),
        amount: cents('2.5'),
      });
    });

    it('is all that the organization pays with its own provider key', () => {
      const { amount, receipt } = priced(priceUsage(aUsageEvent({ credential: 'byok' }), book, 1000));
      expect(receipt.lines.map((line) => line.tokenClass)).toEqual(['request']);
      expect(amount).toBe(cents('2.75'));
    });
  });

  it('charges nothing, with a receipt, for tokens under the own provider key of an organization', () => {
    expect(priceUsage(aUsageEvent({ credential: 'byok' }), aBook(), 0)).toMatchObject({
      type: 'priced',
      amount: 0n,
      receipt: { lines: [], subtotal: 0n, total: 0n },
    });
  });

  it('charges a served request without tokens nothing, with a receipt', () => {
    expect(priceUsage(aUsageEvent({ tokens: {} }), aBook(), 0)).toMatchObject({ type: 'priced', amount: 0n });
  });

  it('adds the markup once, to the subtotal, rounding half to even', () => {
    const book = aBook([
      aModel({ serviceTiers: { standard: [aTier({ input: '0.000000001', output: '0.000000002' })] } }),
    ]);
    const { amount, receipt } = priced(priceUsage(aUsageEvent({ tokens: { input: 1, output: 1 } }), book, 500));
    // 30 units and a half of one: each line alone would have rounded to 10 and 21.
    expect(receipt).toMatchObject({ subtotal: 30n, markupBasisPoints: 500, total: 32n });
    expect(amount).toBe(32n);
  });

  it('prices by the service tier that served', () => {
    const book = aBook([
      aModel({
        serviceTiers: {
          standard: [aTier({ input: '4' })],
          batch: [aTier({ input: '2' })],
          priority: [aTier({ input: '8' })],
        },
      }),
    ]);
    const amountIn = (serviceTier: 'standard' | 'batch' | 'priority'): unknown =>
      priced(priceUsage(aUsageEvent({ serviceTier, tokens: { input: 1 } }), book, 0)).amount;
    expect([amountIn('standard'), amountIn('batch'), amountIn('priority')]).toEqual([
      cents('4'),
      cents('2'),
      cents('8'),
    ]);
  });

  it('takes the context tier from the inclusive total, cached tokens included', () => {
    const tokens = { input: 200_001, cacheReadInput: 200_001 };
    const book = aBook([
      aModel({
        serviceTiers: { standard: [aTier({ cache_read_input: '1' }), aTier({ cache_read_input: '2' }, 200_000)] },
      }),
    ]);
    expect(priceUsage(aUsageEvent({ tokens }), book, 0)).toMatchObject({ amount: cents('400002') });
  });

  it('takes the price of the time at which it occurred', () => {
    const cheaper = aRateCard({
      version: 2,
      inForce: { start: at('2026-12-01T00:00:00Z'), end: null },
      models: [aModel({ serviceTiers: { standard: [aTier({ input: '0.0001', output: '0.0001' })] } })],
    });
    const book = priceBookOf([aRateCard(), cheaper], []);
    const before = priceUsage(aUsageEvent({ occurredAt: at('2026-11-30T23:59:59.999Z') }), book, 0);
    const after = priceUsage(aUsageEvent({ occurredAt: at('2026-12-01T00:00:00Z') }), book, 0);
    expect(before).toMatchObject({ amount: cents('0.35'), receipt: { rateCard: { version: 1 } } });
    expect(after).toMatchObject({ amount: cents('0.11'), receipt: { rateCard: { version: 2 } } });
  });

  it('crashes on token counts that decoding must have refused', () => {
    const event = aUsageEvent({ tokens: { input: 1, cacheReadInput: 2 } });
    expect(() => priceUsage(event, aBook(), 0)).toThrow('subsets');
  });
});
