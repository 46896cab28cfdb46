import { aDraft, aModel, aTier, cents, CLAUDE_SONNET_4 } from '../../test/a-rate-card';
import { diffRateCards } from './diff-rate-cards';

const tiers = (...standard: ReturnType<typeof aTier>[]) => aDraft({ models: [aModel({ serviceTiers: { standard } })] });
const gpt4o = { provider: 'openai', model: 'gpt-4o', serviceTier: 'standard' };

describe('diffRateCards', () => {
  it('finds nothing between a card and itself in another order', () => {
    const models = [aModel({ aliases: ['a', 'b'] }), CLAUDE_SONNET_4];
    const mirrored = [CLAUDE_SONNET_4, aModel({ aliases: ['b', 'a'] })];
    expect(diffRateCards(aDraft({ models }), aDraft({ models: mirrored }))).toEqual({ rates: [], aliases: [] });
  });

  it('names each price that is added, removed or changed', () => {
    const before = tiers(aTier({ input: '1', cache_read_input: '0.5', output: '4' }));
    const after = tiers(aTier({ input: '2', output: '4', reasoning_output: '4' }));
    expect(diffRateCards(before, after).rates).toEqual([
      { ...gpt4o, type: 'changed', aboveInputTokens: 0, tokenClass: 'input', before: cents('1'), after: cents('2') },
      {
        ...gpt4o,
        type: 'removed',
        aboveInputTokens: 0,
        tokenClass: 'cache_read_input',
        before: cents('0.5'),
        after: null,
      },
      { ...gpt4o, type: 'added', aboveInputTokens: 0, tokenClass: 'reasoning_output', before: null, after: cents('4') },
    ]);
  });

  it('tells a price of nothing from a missing one', () => {
    expect(diffRateCards(tiers(aTier({ input: '1' })), tiers(aTier({ input: '1', output: '0' }))).rates).toMatchObject([
      { type: 'added', tokenClass: 'output', before: null, after: 0n },
    ]);
  });

  it('takes a request fee of nothing for no fee', () => {
    const without = tiers(aTier({ input: '1' }));
    const withFee = tiers(aTier({ input: '1' }, 0, cents('3')));
    expect(diffRateCards(without, withFee).rates).toMatchObject([
      { type: 'added', tokenClass: 'request', after: cents('3') },
    ]);
    expect(diffRateCards(withFee, without).rates).toMatchObject([{ type: 'removed', tokenClass: 'request' }]);
  });

  it('orders prices by provider, model, service tier, context tier and class', () => {
    const models = [
      aModel({
        model: 'gpt-5',
        serviceTiers: {
          priority: [aTier({ input: '1' })],
          batch: [aTier({ input: '1' })],
          standard: [
            aTier({ output: '1', input: '1' }, 0, cents('1')),
            aTier({ input: '1' }, 20),
            aTier({ input: '1' }, 100),
          ],
        },
      }),
      aModel({ serviceTiers: { standard: [aTier({ input: '1' })] } }),
      aModel({ provider: 'anthropic', model: 'z', serviceTiers: { flex: [aTier({ input: '1' })] } }),
    ];
    const { rates } = diffRateCards(aDraft({ models: [] }), aDraft({ models }));
    expect(
      rates.map((rate) => [rate.model, rate.serviceTier, rate.aboveInputTokens, rate.tokenClass].join(' ')),
    ).toEqual([
      'z flex 0 input',
      'gpt-4o standard 0 input',
      'gpt-5 standard 0 input',
      'gpt-5 standard 0 output',
      'gpt-5 standard 0 request',
      'gpt-5 standard 20 input',
      'gpt-5 standard 100 input',
      'gpt-5 batch 0 input',
      'gpt-5 priority 0 input',
    ]);
  });

  it('names aliases that are added, removed, or given to another model', () => {
    const mini = aModel({ model: 'gpt-4o-mini' });
    const before = aDraft({ models: [aModel({ aliases: ['kept', 'moved', 'gone'] }), mini] });
    const after = aDraft({ models: [aModel({ aliases: ['kept', 'a-fresh'] }), { ...mini, aliases: ['moved'] }] });
    expect(diffRateCards(before, after)).toEqual({
      rates: [],
      aliases: [
        { type: 'added', provider: 'openai', model: 'gpt-4o', alias: 'a-fresh' },
        { type: 'removed', provider: 'openai', model: 'gpt-4o', alias: 'gone' },
        { type: 'removed', provider: 'openai', model: 'gpt-4o', alias: 'moved' },
        { type: 'added', provider: 'openai', model: 'gpt-4o-mini', alias: 'moved' },
      ],
    });
  });

  it('does not mistake names for others that read the same when put together', () => {
    const serviceTiers = { standard: [aTier({ input: '1' })] };
    const before = aDraft({ models: [aModel({ provider: 'a', model: 'bc', aliases: ['d'], serviceTiers })] });
    const after = aDraft({ models: [aModel({ provider: 'ab', model: 'c', aliases: ['d'], serviceTiers })] });
    expect(diffRateCards(before, after).rates.map(({ type }) => type)).toEqual(['removed', 'added']);
    expect(diffRateCards(before, after).aliases).toHaveLength(2);
  });

  it('orders aliases by provider before name', () => {
    const models = [aModel({ aliases: ['a'] }), aModel({ provider: 'azure', aliases: ['b'] })];
    const { aliases } = diffRateCards(aDraft({ models: [] }), aDraft({ models }));
    expect(aliases.map((change) => change.alias)).toEqual(['b', 'a']);
  });
});
