import type { PublishPlansPorts } from '@floopy/application';
import type { DatabasePool } from '../connection/pool';
import { inTransaction } from '../connection/transaction';
import { lockPublishedPrices } from '../pricing/lock-published-prices';
import { raisePublishedVersion } from '../pricing/raise-published-version';
import { insertPlan } from './insert-plan';
import { readPlans } from './read-plans';

/** The store behind `publishPlans`: plans behind the lock of prices, and told by the same number to who holds them. */
export function createPlanStore(pool: DatabasePool): PublishPlansPorts['store'] {
  return {
    inTransaction: (work) =>
      inTransaction(pool, (transaction) =>
        work({
          async lockPlans() {
            await lockPublishedPrices(transaction);
            return readPlans(transaction);
          },
          async savePlan(plan, publication) {
            await insertPlan(transaction, plan, publication);
            await raisePublishedVersion(transaction);
          },
        }),
      ),
  };
}
