import { formatInstant, type Instant, type RecordedAlert } from '@floopy/domain';
import { z } from 'zod';
import { alertMessageSchema } from '../alerts/alert-message-schema';
import { encodeAlertMessage } from '../alerts/encode-alert';
import { identifierSchema, instantSchema, OBJECT_RULE, oneOf, wholeNumberSchema } from '../wire/wire-schemas';
import { cursorSchema } from './ledger-page';
import { watermarkSchema } from './watermark';

const DELIVERY_STATES = ['pending', 'delivered', 'given_up'] as const;

/** An alert as it was told, and how that went. */
export const alertViewSchema = alertMessageSchema.extend({
  /** To the receivers that there were when it fired, and still are. */
  deliveries: z.array(
    z.object({
      endpoint_id: identifierSchema,
      state: oneOf(DELIVERY_STATES),
      attempts: wholeNumberSchema,
      /** When it was delivered or given up; null while it is pending. */
      ended_at: instantSchema.nullable(),
      /** Of the last attempt that failed. */
      last_error: z.string().nullable(),
    }),
  ),
});

/** `GET …/alerts`: latest first. */
export const alertsViewSchema = z.object(
  {
    organization_id: identifierSchema,
    alerts: z.array(alertViewSchema),
    next_cursor: cursorSchema,
    watermark: watermarkSchema,
  },
  { error: OBJECT_RULE },
);

export type AlertView = z.output<typeof alertViewSchema>;
export type AlertsView = z.output<typeof alertsViewSchema>;

export interface AlertReading {
  readonly alert: RecordedAlert;
  readonly deliveries: readonly {
    readonly endpointId: string;
    readonly state: (typeof DELIVERY_STATES)[number];
    readonly attempts: number;
    readonly endedAt: Instant | null;
    readonly lastError: string | null;
  }[];
}

export function encodeAlertView({ alert, deliveries }: AlertReading): AlertView {
  return {
    ...encodeAlertMessage(alert),
    deliveries: deliveries.map(({ endpointId, state, attempts, endedAt, lastError }) => ({
      endpoint_id: endpointId,
      state,
      attempts,
      ended_at: endedAt === null ? null : formatInstant(endedAt),
      last_error: lastError,
    })),
  };
}
