import type { OutgoingAlert } from '@floopy/application';
import { instantOfMilliseconds } from '@floopy/domain';

/** An alert that fired just now; `firedAt` is a date here, to be read easily. */
export function anOutgoingAlert(
  parts: Partial<Omit<OutgoingAlert, 'firedAt'>> & { readonly firedAt?: Date } = {},
): OutgoingAlert {
  const { firedAt = new Date(), ...texts } = parts;
  return {
    alertId: 'alr_01',
    json: JSON.stringify({ type: 'ai.floopy.billing.alert.v1', data: { kind: 'balance_low', left: '9.50 credits' } }),
    subject: 'The balance of org_acme is below 10 credits',
    text: 'org_acme has 9.50 credits left.',
    ...texts,
    firedAt: instantOfMilliseconds(firedAt.getTime()),
  };
}
