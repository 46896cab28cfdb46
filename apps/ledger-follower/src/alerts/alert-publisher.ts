import type { AlertRelayPorts } from '@floopy/application';
import { encodeAlertRecord } from '@floopy/contracts';
import type { Publisher } from '@floopy/kafka';

/** Writes alerts as the contracts say, and publishes them. */
export function alertPublisher(publisher: Publisher, topic: string): AlertRelayPorts['publisher'] {
  return { publishAlerts: (alerts) => publisher.publish(topic, alerts.map(encodeAlertRecord)) };
}
