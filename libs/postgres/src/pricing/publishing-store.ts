import type { PublishingPorts } from '@floopy/application';
import type { DatabasePool } from '../connection/pool';
import { inTransaction } from '../connection/transaction';
import { insertRateCard } from './insert-rate-card';
import { insertRateOverride } from './insert-rate-override';
import { lockPublishedPrices } from './lock-published-prices';
import { raisePublishedVersion } from './raise-published-version';
import { readOverridesOfOrganization } from './read-overrides-of-organization';
import { readRateCards } from './read-rate-cards';

/** The store behind `publishRateCard` and `publishRateOverride`: prices and the number that tells of them, together. */
export function createPublishingStore(pool: DatabasePool): PublishingPorts['store'] {
  return {
    inTransaction: (work) =>
      inTransaction(pool, (transaction) =>
        work({
          async lockRateCards() {
            await lockPublishedPrices(transaction);
            return readRateCards(transaction);
          },
          readRateOverrides: (organizationId) => readOverridesOfOrganization(transaction, organizationId),
          async saveRateCard(card, publication) {
            await insertRateCard(transaction, card, publication);
            await raisePublishedVersion(transaction);
          },
          async saveRateOverride(override, publication) {
            await insertRateOverride(transaction, override, publication);
            await raisePublishedVersion(transaction);
          },
        }),
      ),
  };
}
