import type { DeliveryStore } from '@floopy/application';
import type { DatabasePool } from '../connection/pool';
import { queriesOf } from '../connection/queries';
import { inTransaction } from '../connection/transaction';
import { disableEndpoint } from './disable-endpoint';
import { saveAlerts } from './save-alerts';
import { saveDeliveryEnding } from './save-delivery-ending';
import { takeDueDeliveries } from './take-due-deliveries';

/** The store behind `deliverAlerts`, over the writer's pool. */
export function createDeliveryStore(pool: DatabasePool): DeliveryStore {
  const queries = queriesOf(pool);
  return {
    takeDue: (wanted) => takeDueDeliveries(queries, wanted),
    saveEnding: (delivery, decision, now) => saveDeliveryEnding(queries, delivery, decision, now),
    disableEndpoint: ({ endpointId }, notice, reason) =>
      inTransaction(pool, async (transaction) => {
        const isDisabled = await disableEndpoint(transaction, endpointId, reason, notice.firedAt);
        if (isDisabled) await saveAlerts(transaction, [notice]);
      }),
  };
}
