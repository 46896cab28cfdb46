import { type Interval, parseInstant, validateRateCard } from '@floopy/domain';
import type { GenaiModel, GenaiProvider } from './genai-catalogue';
import { importGenaiPrices } from './import-genai-prices';

const inForce: Interval = { start: parseInstant('2020-01-01T00:00:00Z')!, end: null };

function aModel(stated: Partial<GenaiModel> = {}): GenaiModel {
  return { id: 'm', match: { equals: 'm' }, prices: { input_mtok: 1, output_mtok: 4 }, ...stated };
}

function imported(models: GenaiModel[], snapshots: readonly string[] = []) {
  const provider: GenaiProvider = { id: 'p', models };
  return importGenaiPrices([provider], inForce, { p: snapshots, other: ['m-2025'] });
}

describe('importGenaiPrices', () => {
  it('makes each model one of the standard tier, under its provider', () => {
    const { models, notImported } = importGenaiPrices(
      [
        { id: 'p', models: [aModel()] },
        { id: 'q', models: [aModel()] },
      ],
      inForce,
    );
    expect(models.map(({ provider, model, serviceTiers }) => [provider, model, Object.keys(serviceTiers)])).toEqual([
      ['p', 'm', ['standard']],
      ['q', 'm', ['standard']],
    ]);
    expect(notImported).toEqual([]);
    expect(validateRateCard({ id: 'card', inForce, models })).toEqual([]);
  });

  it('writes out the names that a rule equals, once, and not those that it only begins with', () => {
    const match = { or: [{ equals: 'm' }, { equals: 'm-2025' }, { equals: 'm-2025' }, { starts_with: 'm-' }] };
    expect(imported([aModel({ match })]).models[0]?.aliases).toEqual(['m-2025']);
  });

  it('lists what cannot be on a card, the model when it is all of it', () => {
    const models = [
      aModel({ id: 'free', match: { equals: 'free' }, prices: {} }),
      aModel({ prices: { input_mtok: 1, web_searches_kcount: 10 } }),
    ];
    const result = imported(models);
    expect(result.models.map(({ model }) => model)).toEqual(['m']);
    expect(result.notImported).toEqual([
      {
        provider: 'p',
        model: 'free',
        price: null,
        reason: 'no_price',
        detail: 'neither for tokens nor for a request',
        modelImported: false,
      },
      {
        provider: 'p',
        model: 'm',
        price: 'web_searches_kcount',
        reason: 'not_priced_yet',
        detail: '10',
        modelImported: true,
      },
    ]);
  });

  it('lists a model whose price changes in the interval, and imports it for an interval in which it does not', () => {
    const prices = [
      { prices: { input_mtok: 10 } },
      { constraint: { type: 'start_date', start_date: '2025-06-10' } as const, prices: { input_mtok: 2 } },
    ];
    const model = aModel({ prices });
    expect(imported([model])).toEqual({
      models: [],
      notImported: [
        {
          provider: 'p',
          model: 'm',
          price: null,
          reason: 'price_changes_in_interval',
          detail: 'another price from 2025-06-10',
          modelImported: false,
        },
      ],
    });
    const since = { start: parseInstant('2025-06-10T00:00:00Z')!, end: null };
    const { models } = importGenaiPrices([{ id: 'p', models: [model] }], since);
    expect(models[0]?.serviceTiers.standard?.[0]?.unitPrices.input).toBe(2_000_000n);
  });

  describe('gives a known snapshot', () => {
    const dated = aModel({ match: { starts_with: 'm-20' } });

    it('to the one model that its rule means', () => {
      const others = aModel({ id: 'n', match: { or: [{ equals: 'n' }, { regex: '^n-' }] } });
      const { models } = imported([dated, others], ['m-2025', 'n-2025', 'm-2026']);
      expect(models.map(({ aliases }) => aliases)).toEqual([['m-2025', 'm-2026'], ['n-2025']]);
    });

    it('once, when the rule equals it as well', () => {
      const match = { or: [{ equals: 'm-2025' }, { starts_with: 'm' }] };
      expect(imported([aModel({ match })], ['m-2025', 'm']).models[0]?.aliases).toEqual(['m-2025']);
    });

    it('to no model when two rules mean it, or none does, and says so', () => {
      const { models, notImported } = imported(
        [dated, aModel({ id: 'n', match: { contains: '2025' } })],
        ['m-2025', 'x'],
      );
      expect(models.flatMap(({ aliases }) => aliases)).toEqual([]);
      expect(notImported.map(({ model, reason, detail }) => [model, reason, detail])).toEqual([
        ['m-2025', 'ambiguous_name', 'means m and n'],
        ['x', 'ambiguous_name', 'means no model'],
      ]);
    });

    it('to nothing when its model is not on the card', () => {
      expect(imported([{ ...dated, prices: {} }], ['m-2025']).models).toEqual([]);
    });
  });
});
