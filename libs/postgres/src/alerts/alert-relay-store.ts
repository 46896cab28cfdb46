import type { AlertRelayPorts } from '@floopy/application';
import type { DatabasePool } from '../connection/pool';
import { inTransaction } from '../connection/transaction';
import { markAlertsPublished } from './mark-alerts-published';
import { readUnpublishedAlerts } from './read-unpublished-alerts';

/** The store behind `relayAlerts`. @param limit how many one round takes */
export function createAlertRelayStore(pool: DatabasePool, limit: number): AlertRelayPorts['store'] {
  return {
    inTurn: (round) =>
      inTransaction(pool, (transaction) =>
        round({
          readUnpublished: () => readUnpublishedAlerts(transaction, limit),
          markPublished: (alerts) => markAlertsPublished(transaction, alerts),
        }),
      ),
  };
}
