import { aDraft, aModel, aRateCard, aTier } from '../../test/a-rate-card';
import { at } from '../../test/a-usage-event';
import { sha256 } from '../../test/sha256';
import { amountOfUnits } from '../money/amount';
import { decideRateCard } from './decide-rate-card';
import type { RateCard, RateCardDraft } from './rate-card';
import { writeRateCardContent } from './rate-card-content';

const now = at('2026-11-23T10:00:00Z');
const hashOf = (draft: RateCardDraft): string => sha256(writeRateCardContent(draft));
const publishedAs = (version: number, draft: RateCardDraft): RateCard =>
  aRateCard({ ...draft, version, contentHash: hashOf(draft) });

const dearerFromNow = aDraft({
  inForce: { start: now, end: null },
  models: [aModel({ serviceTiers: { standard: [aTier({ input: '1' })] } })],
});

describe('decideRateCard', () => {
  it('makes the first card version 1, with the hash of its canonical content', () => {
    const draft = aDraft();
    expect(decideRateCard(draft, [], now, sha256)).toEqual({
      type: 'publishable',
      card: { ...draft, version: 1, contentHash: hashOf(draft), publishedAt: now },
    });
  });

  it('numbers on from the highest version, whatever the order in which they are listed', () => {
    const versions = [publishedAs(7, aDraft({ id: 'a' })), publishedAs(3, aDraft({ id: 'b' }))];
    expect(decideRateCard(dearerFromNow, versions, now, sha256)).toMatchObject({ card: { version: 8 } });
  });

  it('finds the newest version in a draft that says the same in another order', () => {
    const draft = aDraft({ models: [aModel({ aliases: ['a', 'b'] }), aModel({ provider: 'azure' })] });
    const card = publishedAs(2, draft);
    const mirrored = aDraft({ models: [aModel({ provider: 'azure' }), aModel({ aliases: ['b', 'a'] })] });
    expect(decideRateCard(mirrored, [publishedAs(1, dearerFromNow), card], now, sha256)).toEqual({
      type: 'already_published',
      card,
    });
  });

  it('takes the content of an older version as a change back, under a new number', () => {
    const versions = [
      publishedAs(1, aDraft()),
      publishedAs(2, { ...dearerFromNow, inForce: { start: now, end: null } }),
    ];
    expect(decideRateCard(aDraft(), versions, now, sha256)).toMatchObject({
      type: 'publishable',
      card: { version: 3 },
    });
  });

  it('refuses an invalid draft before anything else, with its faults', () => {
    expect(decideRateCard(aDraft({ models: [] }), [], now, sha256)).toEqual({
      type: 'refused',
      code: 'invalid_rate_card',
      faults: [{ code: 'no_models', path: [] }],
    });
  });

  it('refuses a draft that changes one price of the past by one unit', () => {
    const [tier] = aModel().serviceTiers.standard ?? [];
    const input = amountOfUnits((tier?.unitPrices.input ?? 0n) + 1n);
    const changed = { ...aTier({}), unitPrices: { ...tier?.unitPrices, input } };
    const draft = aDraft({ models: [aModel({ serviceTiers: { standard: [changed] } })] });
    expect(decideRateCard(draft, [publishedAs(1, aDraft())], now, sha256)).toMatchObject({
      code: 'changes_past_prices',
      changes: [{ tokenClass: 'input', after: input }],
    });
  });

  it('refuses a draft that changes the past, with each change', () => {
    const draft = { ...dearerFromNow, inForce: { start: at('2026-11-23T09:00:00Z'), end: null } };
    const decision = decideRateCard(draft, [publishedAs(1, aDraft())], now, sha256);
    expect(decision).toMatchObject({ type: 'refused', code: 'changes_past_prices' });
    expect(decision.type === 'refused' && decision.code === 'changes_past_prices' && decision.changes.length).toBe(4);
  });
});
