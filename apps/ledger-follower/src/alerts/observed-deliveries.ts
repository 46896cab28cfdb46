import type { DeliveryStore } from '@floopy/application';
import type { DeliveryDecision, Instant } from '@floopy/domain';
import type { Log, Metrics } from '@floopy/runtime';

const SECONDS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600, 3_600, 86_400];

/** Notes how attempts ended for people, too: as facts and as figures. */
export function observedDeliveries(store: DeliveryStore, log: Log, metrics: Metrics): DeliveryStore {
  const attempts = metrics.counter('floopy_alert_deliveries_total', 'Attempts to deliver an alert, by ending.', [
    'ending',
  ]);
  const seconds = metrics.histogram('floopy_alert_delivery_seconds', 'From raising an alert to its delivery.', SECONDS);
  function observe(ending: DeliveryDecision['type'], firedAt: Instant, now: Instant): void {
    attempts.inc({ ending });
    if (ending === 'delivered') seconds.observe((now - firedAt) / 1_000);
  }
  return {
    takeDue: (wanted) => store.takeDue(wanted),
    async saveEnding(delivery, decision, now) {
      await store.saveEnding(delivery, decision, now);
      const { endpointId, attempts: attempt, alert } = delivery;
      const fact = { alertId: alert.alertId, organizationId: alert.organizationId, endpointId, attempt };
      if (decision.type === 'delivered') log.info(fact, 'alert_delivered');
      else log.warn({ ...fact, reason: decision.reason, ending: decision.type }, 'alert_not_delivered');
      observe(decision.type, alert.firedAt, now);
    },
    async disableEndpoint(delivery, notice, reason) {
      await store.disableEndpoint(delivery, notice, reason);
      const { endpointId, alert } = delivery;
      log.warn({ organizationId: alert.organizationId, endpointId, reason }, 'alert_endpoint_disabled');
      observe('endpoint_disabled', alert.firedAt, notice.firedAt);
    },
  };
}
