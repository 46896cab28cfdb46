import { aModel, anOverride, anOverriddenPrice, aRateCard, cents } from '../../test/a-rate-card';
import { at } from '../../test/a-usage-event';
import { organizationIdOf } from '../organization/organization';
import { priceBookOf } from './price-book';

const now = at('2026-11-23T10:00:00Z');
const acme = organizationIdOf('org_acme');

describe('priceBookOf', () => {
  it('finds a model by its name and by every alias, exactly as written', () => {
    const model = aModel({ aliases: ['gpt-4o-2024-08-06', 'gpt-4o-2024-11-20'] });
    const card = aRateCard({ models: [aModel({ model: 'gpt-4o-mini' }), model] });
    const book = priceBookOf([card], []);
    for (const name of ['gpt-4o', 'gpt-4o-2024-08-06', 'gpt-4o-2024-11-20']) {
      expect(book.modelRates(card, 'openai', name)).toBe(model);
    }
    for (const name of ['gpt-4', 'gpt-4o-2024', 'GPT-4o', 'gpt-4o ', '__proto__', 'constructor']) {
      expect(book.modelRates(card, 'openai', name)).toBeNull();
    }
  });

  it('finds a model only at its own provider', () => {
    const atAzure = aModel({ provider: 'azure' });
    const card = aRateCard({ models: [aModel(), atAzure] });
    const book = priceBookOf([card], []);
    expect(book.modelRates(card, 'azure', 'gpt-4o')).toBe(atAzure);
    expect(book.modelRates(card, 'aws', 'gpt-4o')).toBeNull();
  });

  it('keeps the models of each version apart', () => {
    const older = aRateCard();
    const newer = aRateCard({ version: 2, models: [aModel({ model: 'gpt-5' })] });
    const book = priceBookOf([older, newer], []);
    expect(book.cardInForce(now)).toBe(newer);
    expect(book.modelRates(newer, 'openai', 'gpt-4o')).toBeNull();
    expect(book.modelRates(older, 'openai', 'gpt-4o')).toBe(older.models[0]);
  });

  it('knows no rates of a card that it does not hold', () => {
    expect(priceBookOf([], []).modelRates(aRateCard(), 'openai', 'gpt-4o')).toBeNull();
    expect(priceBookOf([], []).cardInForce(now)).toBeNull();
  });

  it('finds the newest override of the organization that holds the moment', () => {
    const first = anOverride();
    const second = anOverride({ version: 2, inForce: { start: at('2026-12-01T00:00:00Z'), end: null } });
    const other = anOverride({ version: 9, organizationId: organizationIdOf('org_other') });
    const book = priceBookOf([], [first, second, other]);
    expect(book.overrideInForce(acme, now)).toBe(first);
    expect(book.overrideInForce(acme, at('2026-12-01T00:00:00Z'))).toBe(second);
    expect(book.overrideInForce(organizationIdOf('org_none'), now)).toBeNull();
  });

  it('answers the prices agreed for one model of one provider', () => {
    const input = anOverriddenPrice();
    const output = anOverriddenPrice({ tokenClass: 'output', unitPrice: cents('0.0009') });
    const others = [anOverriddenPrice({ model: 'gpt-5' }), anOverriddenPrice({ provider: 'azure' })];
    const override = anOverride({ unitPrices: [input, ...others, output] });
    const book = priceBookOf([aRateCard()], [override]);
    expect(book.agreedPrices(override, aModel())).toEqual([input, output]);
    expect(book.agreedPrices(override, aModel({ model: 'gpt-4o-mini' }))).toEqual([]);
    expect(book.agreedPrices(override, aModel({ provider: 'aws' }))).toEqual([]);
  });

  it('crashes when one version is two cards, or when asked of an override that it does not hold', () => {
    expect(() => priceBookOf([aRateCard(), aRateCard({ id: 'another' })], [])).toThrow('published once');
    expect(() => priceBookOf([aRateCard()], []).agreedPrices(anOverride(), aModel())).toThrow('the book that holds it');
  });
});
