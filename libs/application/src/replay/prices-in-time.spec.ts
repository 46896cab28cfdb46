import { instantOfMilliseconds, type PriceBook } from '@floopy/domain';
import { ACME, aCard, at } from '../../test/a-stored-ledger';
import { PUBLICATION_GRACE_MS } from '../ledger/verify-receipt';
import type { PublishedOverride } from '../ledger/verify-sources';
import { PricesInTime } from './prices-in-time';

const OCCURRED_AT = at('2026-11-01T00:00:00Z');
const [FIRST, SECOND, AGREED] = [
  at('2026-01-01T00:00:00Z'),
  at('2026-02-01T00:00:00Z'),
  at('2026-03-01T00:00:00Z'),
] as const;

const OVERRIDE: PublishedOverride = {
  id: 'agreed',
  organizationId: ACME.id,
  inForce: aCard().inForce,
  unitPrices: [],
  version: 1,
  publishedAt: AGREED,
};
const PRICES = new PricesInTime({
  cards: [aCard({ version: 1, publishedAt: FIRST }), aCard({ version: 2, publishedAt: SECOND })],
  overrides: [OVERRIDE],
});

const versionsIn = (book: PriceBook): string =>
  `${book.cardInForce(OCCURRED_AT)?.version ?? 'none'}/${book.overrideInForce(ACME.id, OCCURRED_AT)?.version ?? 'none'}`;
const versionsAt = (moment: number): string[] => [...PRICES.publishedBy(instantOfMilliseconds(moment))].map(versionsIn);

describe('PricesInTime', () => {
  it('knows only what was published by then', () => {
    const between = (moment: number) => versionsAt(moment + 10 * PUBLICATION_GRACE_MS);
    expect([FIRST - 20 * PUBLICATION_GRACE_MS, FIRST, SECOND, AGREED].map(between)).toEqual([
      ['none/none'],
      ['1/none'],
      ['2/none'],
      ['2/1'],
    ]);
  });

  it('offers both near a publication, the later one first: two clocks have stamped them', () => {
    const near = [-PUBLICATION_GRACE_MS, -1, 0, PUBLICATION_GRACE_MS - 1].map((after) => versionsAt(SECOND + after));
    expect(near).toEqual(near.map(() => ['2/none', '1/none']));
    expect(versionsAt(SECOND + PUBLICATION_GRACE_MS)).toEqual(['2/none']);
    expect(versionsAt(SECOND - PUBLICATION_GRACE_MS - 1)).toEqual(['1/none']);
  });
});
