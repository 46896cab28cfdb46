import { aDraft, aModel, aTier, cents, CLAUDE_SONNET_4, GEMINI_2_5_PRO } from '../../test/a-rate-card';
import { at } from '../../test/a-usage-event';
import { rateCardInContent, rateCardOf, readRateCardContent, writeRateCardContent } from './rate-card-content';

describe('the content of a rate card', () => {
  it('is canonical JSON, so that anyone can write and hash it', () => {
    const draft = aDraft({
      inForce: { start: at('2026-01-01T01:00:00+01:00'), end: at('2027-01-01T00:00:00Z') },
      models: [
        aModel({
          aliases: ['b', 'a'],
          serviceTiers: {
            standard: [aTier({ output: '0.001', input: '0.00025' }), aTier({ input: '1' }, 9, cents('2'))],
            batch: [aTier({ input: '3' })],
          },
        }),
        aModel({ provider: 'azure', model: 'z' }),
        aModel({ provider: 'azure', model: 'y' }),
      ],
    });
    const content = writeRateCardContent({ ...draft, models: draft.models.slice(0, 1) });
    expect(content).toBe(
      '{"id":"list-prices","in_force":{"end":"2027-01-01T00:00:00.000Z","start":"2026-01-01T00:00:00.000Z"},"models":[' +
        '{"aliases":["a","b"],"model":"gpt-4o","provider":"openai","service_tiers":{' +
        '"batch":[{"above_input_tokens":0,"request_fee":"0.0000000000","unit_prices":{"input":"3.0000000000"}}],' +
        '"standard":[' +
        '{"above_input_tokens":0,"request_fee":"0.0000000000","unit_prices":{"input":"0.0002500000","output":"0.0010000000"}},' +
        '{"above_input_tokens":9,"request_fee":"2.0000000000","unit_prices":{"input":"1.0000000000"}}]}}]}',
    );
    const names = readRateCardContent(writeRateCardContent(draft)).models.map((rates) => rates.model);
    expect(names).toEqual(['y', 'z', 'gpt-4o']);
  });

  it('comes back as the card that was written', () => {
    const draft = aDraft({ models: [CLAUDE_SONNET_4, GEMINI_2_5_PRO, aModel()] });
    expect(readRateCardContent(writeRateCardContent(draft))).toEqual(draft);
  });

  it('keeps the order of context tiers, which is a fault when it is not ascending', () => {
    const standard = [aTier({ input: '1' }), aTier({ input: '3' }, 200), aTier({ input: '2' }, 100)];
    const draft = aDraft({ models: [aModel({ serviceTiers: { standard } })] });
    expect(readRateCardContent(writeRateCardContent(draft))).toEqual(draft);
  });

  it('holds a price of nothing and leaves a missing one out', () => {
    const draft = aDraft({ models: [aModel({ serviceTiers: { standard: [aTier({ input: '0' })] } })] });
    const [tier] = readRateCardContent(writeRateCardContent(draft)).models[0]?.serviceTiers.standard ?? [];
    expect(tier?.unitPrices).toEqual({ input: 0n });
  });

  it.each<[string, (content: string) => string]>([
    ['was cut', (content) => content.slice(0, -1)],
    ['has a key of another name', (content) => content.replace('"aliases"', '"aliasez"')],
    ['has a class that nobody knows', (content) => content.replace('"output"', '"outpot"')],
    ['has a price in another form', (content) => content.replace('0.0010000000', '0.001')],
    ['has a space more', (content) => `${content} `],
    ['is JSON of something else', () => 'null'],
    ['is no text of ours at all', () => ''],
  ])('is none that %s', (_, change) => {
    expect(rateCardInContent(change(writeRateCardContent(aDraft())))).toBeNull();
  });

  it('is recognised to the last byte', () => {
    expect(rateCardInContent(writeRateCardContent(aDraft()))).toEqual(aDraft());
  });

  it('crashes on a price or a time that no card was ever written with', () => {
    const content = { id: 'x', in_force: { start: '2020-01-01T00:00:00Z', end: null }, models: [] };
    expect(rateCardOf(content).inForce).toEqual({ start: at('2020-01-01T00:00:00Z'), end: null });
    expect(() => rateCardOf({ ...content, in_force: { start: 'yesterday', end: null } })).toThrow('RFC 3339');
    expect(() => rateCardOf({ ...content, in_force: { start: '2020-01-01T00:00:00Z', end: 'soon' } })).toThrow(
      'RFC 3339',
    );
    const tier = { above_input_tokens: 0, unit_prices: { input: '1e3' }, request_fee: '0' };
    const model = { provider: 'a', model: 'b', aliases: [], service_tiers: { standard: [tier] } };
    expect(() => rateCardOf({ ...content, models: [model] })).toThrow('decimal string');
  });
});
