import { aBook, aModel, aRateCard, aTier, cents, CLAUDE_SONNET_4 } from '../../test/a-rate-card';
import { at, aUsageEvent } from '../../test/a-usage-event';
import { priceBookOf } from './price-book';
import { priceUsage, type PricingOutcome } from './price-usage';

describe('the rate that priceUsage misses', () => {
  const missing = (what: string, rate = {}): PricingOutcome =>
    ({
      type: 'unpriced',
      rate: { provider: 'openai', model: 'gpt-4o', serviceTier: 'standard', missing: what, ...rate },
    }) as PricingOutcome;

  it('is the card, when none is in force at that time', () => {
    expect(priceUsage(aUsageEvent({ occurredAt: at('2019-12-31T23:59:59.999Z') }), aBook(), 0)).toEqual(
      missing('rate_card'),
    );
  });

  it('is the model, also when another provider has it', () => {
    expect(priceUsage(aUsageEvent({ model: 'gpt-9' }), aBook(), 0)).toEqual(missing('model', { model: 'gpt-9' }));
    expect(priceUsage(aUsageEvent({ provider: 'azure' }), aBook(), 0)).toEqual(missing('model', { provider: 'azure' }));
  });

  it('is the model, when the newest card in force has dropped it', () => {
    const book = priceBookOf([aRateCard(), aRateCard({ version: 2, models: [CLAUDE_SONNET_4] })], []);
    expect(priceUsage(aUsageEvent(), book, 0)).toEqual(missing('model'));
  });

  it('is the service tier, and never another tier', () => {
    expect(priceUsage(aUsageEvent({ serviceTier: 'batch' }), aBook(), 0)).toEqual(
      missing('service_tier', { serviceTier: 'batch' }),
    );
    const onlyBatch = aBook([aModel({ serviceTiers: { batch: [aTier({ input: '1', output: '1' })] } })]);
    expect(priceUsage(aUsageEvent(), onlyBatch, 0)).toEqual(missing('service_tier'));
  });

  it.each([
    ['cache_creation_5m_input', { input: 10, cacheCreation5mInput: 1 }],
    ['cache_creation_1h_input', { input: 10, cacheCreation1hInput: 1 }],
    ['input_audio', { input: 10, inputAudio: 1 }],
    ['cache_read_input_audio', { input: 10, cacheReadInputAudio: 1 }],
    ['output_audio', { output: 10, outputAudio: 1 }],
  ] as const)('is %s, when there are such tokens', (tokenClass, tokens) => {
    expect(priceUsage(aUsageEvent({ tokens }), aBook(), 0)).toEqual(missing(tokenClass));
  });

  it('is not missed by a request without such tokens', () => {
    const onlyInput = aBook([aModel({ serviceTiers: { standard: [aTier({ input: '1' })] } })]);
    expect(priceUsage(aUsageEvent({ tokens: { input: 5 } }), onlyInput, 0)).toMatchObject({ amount: cents('5') });
    expect(priceUsage(aUsageEvent({ tokens: { input: 5, output: 1 } }), onlyInput, 0)).toEqual(missing('output'));
  });

  it('is missed above a threshold though the tier below has it', () => {
    const book = aBook([
      aModel({ serviceTiers: { standard: [aTier({ input: '1', output: '1' }), aTier({ input: '2' }, 100)] } }),
    ]);
    expect(priceUsage(aUsageEvent({ tokens: { input: 100, output: 1 } }), book, 0)).toMatchObject({ type: 'priced' });
    expect(priceUsage(aUsageEvent({ tokens: { input: 101, output: 1 } }), book, 0)).toEqual(missing('output'));
  });

  it('is no rate of nothing: a price of zero is charged as zero', () => {
    const gratis = aBook([aModel({ serviceTiers: { standard: [aTier({ input: '0', output: '0' })] } })]);
    expect(priceUsage(aUsageEvent(), gratis, 0)).toMatchObject({ type: 'priced', amount: 0n });
  });
});
