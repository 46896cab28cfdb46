import { publishRateCard } from '@floopy/application';
import { instantOfMilliseconds, parseAmount, type RateCardDraft } from '@floopy/domain';
import { createPublishingStore, type DatabasePool } from '@floopy/postgres';
import { CLOCK_AND_HASH, SEEDED_CARD } from './seeded-database';

/** Publishes the seeded card with half the price of output, in force from next year on: too late for what was charged. */
export async function publishHalvedCard(pool: DatabasePool): Promise<void> {
  const [model] = SEEDED_CARD.models;
  const [tier] = model?.serviceTiers.standard ?? [];
  const output = parseAmount('0.0005');
  if (model === undefined || tier === undefined || output === null) throw new Error('the seeded card has a model');
  const halved = { ...tier, unitPrices: { ...tier.unitPrices, output } };
  const draft: RateCardDraft = {
    ...SEEDED_CARD,
    inForce: { start: instantOfMilliseconds(Date.UTC(2027, 0, 1)), end: null },
    models: [{ ...model, serviceTiers: { standard: [halved] } }],
  };
  const published = await publishRateCard(
    { store: createPublishingStore(pool), ...CLOCK_AND_HASH },
    { draft, publishedBy: 'test' },
  );
  if (published.type !== 'published') throw new Error(published.type);
}
