import { aDraft, aModel, aRateCard, aTier, cents } from '../../test/a-rate-card';
import { at } from '../../test/a-usage-event';
import { type BackdatedChange, backdatedChanges } from './backdated-changes';
import type { ContextTier, ModelRates, RateCard } from './rate-card';

const now = at('2026-11-23T10:00:00Z');
const from = (start: string, end: string | null = null) => ({ start: at(start), end: end === null ? null : at(end) });

/** gpt-4o with these context tiers in the standard tier. */
const gpt4o = (...standard: ContextTier[]): ModelRates => aModel({ serviceTiers: { standard } });

function changes(
  models: ModelRates[],
  published: RateCard[],
  inForce = from('2026-01-01T00:00:00Z'),
): BackdatedChange[] {
  return backdatedChanges(aDraft({ models, inForce }), published, now);
}

/** What a change says, without what all of them have in common here. */
function brief(found: BackdatedChange[]): string[] {
  const shown = (amount: bigint | null): string => (amount === null ? 'none' : String(amount / 10_000_000_000n));
  return found.map(
    ({ model, serviceTier, aboveInputTokens, tokenClass, before, after }) =>
      `${model} ${serviceTier} ${aboveInputTokens} ${tokenClass} ${shown(before)} → ${shown(after)}`,
  );
}

const published = [aRateCard({ models: [gpt4o(aTier({ input: '1', output: '4' }))] })];

describe('backdatedChanges', () => {
  it('lets the first card reach back as far as it likes', () => {
    expect(changes([gpt4o(aTier({ input: '9' }))], [], from('2020-01-01T00:00:00Z'))).toEqual([]);
  });

  it('names a changed price with both amounts and the version that set it', () => {
    expect(changes([gpt4o(aTier({ input: '2', output: '4' }))], published)).toEqual([
      {
        type: 'changed',
        provider: 'openai',
        model: 'gpt-4o',
        serviceTier: 'standard',
        aboveInputTokens: 0,
        tokenClass: 'input',
        before: cents('1'),
        after: cents('2'),
        rateCardVersion: 1,
      },
    ]);
  });

  it.each([
    ['a price', [gpt4o(aTier({ output: '4' }))], ['gpt-4o standard 0 input 1 → none']],
    [
      'a service tier',
      [aModel({ serviceTiers: { batch: [aTier({ input: '1', output: '4' })] } })],
      ['gpt-4o standard 0 input 1 → none', 'gpt-4o standard 0 output 4 → none'],
    ],
    ['a model', [], ['gpt-4o standard 0 input 1 → none', 'gpt-4o standard 0 output 4 → none']],
  ])('names %s that is gone', (_, models, expected) => {
    expect(brief(changes(models, published))).toEqual(expected);
  });

  it.each([
    ['a class', [gpt4o(aTier({ input: '1', output: '4', input_audio: '7' }))]],
    ['an alias', [{ ...gpt4o(aTier({ input: '1', output: '4' })), aliases: ['gpt-4o-latest'] }]],
    ['a model', [gpt4o(aTier({ input: '1', output: '4' })), aModel({ model: 'gpt-5' })]],
    ['a provider', [gpt4o(aTier({ input: '1', output: '4' })), aModel({ provider: 'azure' })]],
    [
      'a service tier',
      [aModel({ serviceTiers: { standard: [aTier({ input: '1', output: '4' })], batch: [aTier({ input: '1' })] } })],
    ],
  ])('lets %s be added', (_, models) => {
    expect(changes(models, published)).toEqual([]);
  });

  it('lets a service tier be added with a fee of its own', () => {
    const standard = [aTier({ input: '1', output: '4' })];
    const models = [aModel({ serviceTiers: { standard, priority: [aTier({ input: '1' }, 0, cents('3'))] } })];
    expect(changes(models, published)).toEqual([]);
  });

  it('tells thresholds apart that are one token apart', () => {
    const close = [
      aRateCard({ models: [gpt4o(aTier({ input: '1' }), aTier({ input: '2' }, 100), aTier({ input: '3' }, 101))] }),
    ];
    const dearer = [gpt4o(aTier({ input: '1' }), aTier({ input: '5' }, 100), aTier({ input: '3' }, 101))];
    expect(brief(changes(dearer, close))).toEqual(['gpt-4o standard 100 input 2 → 5']);
  });

  it('names a request fee that is added, since requests were charged without one', () => {
    expect(changes([gpt4o(aTier({ input: '1', output: '4' }, 0, cents('3')))], published)).toMatchObject([
      { type: 'added', tokenClass: 'request', before: null, after: cents('3') },
    ]);
  });

  it('names a request fee that is dropped', () => {
    const withFee = [aRateCard({ models: [gpt4o(aTier({ input: '1' }, 0, cents('3')))] })];
    expect(brief(changes([gpt4o(aTier({ input: '1' }))], withFee))).toEqual(['gpt-4o standard 0 request 3 → none']);
  });

  it('names what a context tier that is put in changes, and prices that stay the same in it too', () => {
    const dearer = [gpt4o(aTier({ input: '1', output: '4' }), aTier({ input: '2', output: '4' }, 100))];
    expect(brief(changes(dearer, published))).toEqual([
      'gpt-4o standard 100 input 1 → 2',
      'gpt-4o standard 100 output 4 → 4',
    ]);
  });

  it('names what a context tier that is taken out changes', () => {
    const tiered = [aRateCard({ models: [gpt4o(aTier({ input: '1' }), aTier({ input: '2' }, 100))] })];
    expect(brief(changes([gpt4o(aTier({ input: '1' }))], tiered))).toEqual(['gpt-4o standard 100 input 2 → 1']);
  });

  it('names a moved threshold on both sides of the move', () => {
    const tiered = [aRateCard({ models: [gpt4o(aTier({ input: '1' }), aTier({ input: '2' }, 100))] })];
    expect(brief(changes([gpt4o(aTier({ input: '1' }), aTier({ input: '2' }, 200))], tiered))).toEqual([
      'gpt-4o standard 100 input 2 → 1',
      'gpt-4o standard 200 input 2 → 2',
    ]);
  });

  it('names an alias that comes to mean another model, even at the same price', () => {
    const rates = gpt4o(aTier({ input: '1' }));
    const aliased = [aRateCard({ models: [{ ...rates, aliases: ['gpt-4o-latest', 'gpt-4o-x'] }] })];
    const split = [
      { ...rates, aliases: ['gpt-4o-x'] },
      { ...rates, model: 'gpt-4o-latest' },
    ];
    expect(brief(changes(split, aliased))).toEqual(['gpt-4o-latest standard 0 input 1 → 1']);
  });

  it('names an alias that is gone, and its model only once', () => {
    const rates = gpt4o(aTier({ input: '1' }));
    const aliased = [aRateCard({ models: [{ ...rates, aliases: ['a', 'b', 'c'] }] })];
    expect(brief(changes([{ ...rates, aliases: ['b'] }], aliased))).toEqual(['a standard 0 input 1 → none']);
    expect(brief(changes([{ ...gpt4o(aTier({ input: '2' })), aliases: ['a', 'b', 'c'] }], aliased))).toEqual([
      'gpt-4o standard 0 input 1 → 2',
    ]);
  });

  describe('looks at the past only', () => {
    const dearer = [gpt4o(aTier({ input: '2', output: '4' }))];

    it('and lets any price change from now on', () => {
      expect(changes(dearer, published, from('2026-11-23T10:00:00Z'))).toEqual([]);
      expect(changes(dearer, published, from('2027-01-01T00:00:00Z'))).toEqual([]);
    });

    it('to the last millisecond before now', () => {
      expect(changes(dearer, published, from('2026-11-23T09:59:59.999Z'))).toHaveLength(1);
    });

    it('and no further than the draft itself reaches', () => {
      const ended = [aRateCard({ ...published[0], inForce: from('2020-01-01T00:00:00Z', '2026-03-01T00:00:00Z') })];
      expect(changes(dearer, ended, from('2026-03-01T00:00:00Z'))).toEqual([]);
      expect(changes(dearer, ended, from('2026-02-28T23:59:59.999Z'))).toHaveLength(1);
      const started = [aRateCard({ ...published[0], inForce: from('2026-06-01T00:00:00Z') })];
      expect(changes(dearer, started, from('2026-01-01T00:00:00Z', '2026-06-01T00:00:00Z'))).toEqual([]);
      expect(changes(dearer, started, from('2026-01-01T00:00:00Z', '2026-06-01T00:00:00.001Z'))).toHaveLength(1);
    });

    it('and at no card that is still to come', () => {
      const future = [aRateCard({ ...published[0], inForce: from('2026-11-23T10:00:00Z') })];
      expect(changes(dearer, future)).toEqual([]);
    });
  });

  it('compares with every version that decided in the interval, and with no other', () => {
    const version = (number: number, input: string, inForce = from('2020-01-01T00:00:00Z')): RateCard =>
      aRateCard({ version: number, inForce, models: [gpt4o(aTier({ input }))] });
    const versions = [
      version(3, '3', from('2026-06-01T00:00:00Z', '2026-07-01T00:00:00Z')),
      version(1, '1'),
      version(2, '2', from('2026-03-01T00:00:00Z', '2026-05-01T00:00:00Z')),
    ];
    const found = changes([gpt4o(aTier({ input: '9' }))], versions);
    expect(found.map((change) => [change.rateCardVersion, change.before])).toEqual([
      [1, cents('1')],
      [2, cents('2')],
      [3, cents('3')],
    ]);
    const inMarch = changes(
      [gpt4o(aTier({ input: '9' }))],
      versions,
      from('2026-03-10T00:00:00Z', '2026-04-01T00:00:00Z'),
    );
    expect(inMarch.map((change) => change.rateCardVersion)).toEqual([2]);
  });

  it('lists the changes of a version in the order of a card', () => {
    const card = aRateCard({ models: [aModel({ model: 'b' }), aModel({ model: 'a' })] });
    expect(new Set(changes([], [card]).map((change) => change.model))).toEqual(new Set(['a', 'b']));
    expect(changes([], [card])[0]?.model).toBe('a');
  });
});
