import { type Instant, type OrganizationId, type RecordedAlert, testAlert } from '@floopy/domain';

export interface SendTestAlertPorts {
  readonly store: {
    /** Keeps an alert, and that it is due at this receiver alone. */
    saveTest(alert: RecordedAlert, endpointId: string): Promise<'saved' | 'unknown_endpoint' | 'endpoint_disabled'>;
  };
  readonly clock: () => Instant;
  /** A name for an alert that no other has. */
  readonly alertId: () => string;
}

export type TestOutcome =
  | { readonly type: 'raised'; readonly alert: RecordedAlert }
  | { readonly type: 'refused'; readonly code: 'unknown_endpoint' | 'endpoint_disabled' };

/** Sends a receiver an alert that says that it works, on the way that every alert takes. */
export async function sendTestAlert(
  { store, clock, alertId }: SendTestAlertPorts,
  receiver: { readonly organizationId: OrganizationId; readonly endpointId: string },
): Promise<TestOutcome> {
  const alert = testAlert(receiver, alertId(), clock());
  const saved = await store.saveTest(alert, receiver.endpointId);
  return saved === 'saved' ? { type: 'raised', alert } : { type: 'refused', code: saved };
}
