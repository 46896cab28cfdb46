import type { AlertTransaction, RaisePorts } from '@floopy/application';
import { assert } from '@floopy/domain';
import type { DatabasePool } from '../connection/pool';
import { inTransaction, type Transaction } from '../connection/transaction';
import { disarmAlerts } from './disarm-alerts';
import { findAlertSettings } from './find-alert-settings';
import { lockAlerts } from './lock-alerts';
import { readDisarmedAlerts } from './read-disarmed-alerts';
import { rearmAlerts } from './rearm-alerts';
import { saveAlert } from './save-alert';

/** The store behind `raiseAlerts`, over the writer's pool. */
export function createAlertStore(pool: DatabasePool): RaisePorts['store'] {
  return { inTransaction: (work) => inTransaction(pool, (transaction) => work(alertTransaction(transaction))) };
}

function alertTransaction(transaction: Transaction): AlertTransaction {
  let locked: number | null = null;
  const organizationKey = (): number => {
    assert(locked !== null, 'alerts are locked before anything else is done');
    return locked;
  };
  return {
    async lockSettings(organizationId) {
      locked = await lockAlerts(transaction, organizationId);
      return locked === null ? null : findAlertSettings(transaction, locked);
    },
    readDisarmed: () => readDisarmedAlerts(transaction, organizationKey()),
    saveAlert: (alert) => saveAlert(transaction, alert),
    disarm: (told, now) => disarmAlerts(transaction, organizationKey(), told, now),
    rearm: (keys) => rearmAlerts(transaction, organizationKey(), keys),
  };
}
