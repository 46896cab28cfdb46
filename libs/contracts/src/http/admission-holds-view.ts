import {
  type Amount,
  formatAmount,
  formatInstant,
  type Hold,
  type Instant,
  type Overshoot,
  standingExcess,
} from '@floopy/domain';
import { z } from 'zod';
import { amountSchema, identifierSchema, instantSchema, OBJECT_RULE, wholeNumberSchema } from '../wire/wire-schemas';
import { type AdmissionWatermark, admissionWatermarkSchema } from './admission-view';

const holdSchema = z.object({
  id: identifierSchema,
  request_id: identifierSchema,
  attempt_id: identifierSchema.nullable(),
  team_id: identifierSchema.nullable(),
  amount: amountSchema,
  admitted_at: instantSchema,
  expires_at: instantSchema,
});

/** How far a limit was ever passed, by what took it there, how much was made good again, and how far it is passed now. */
const budgetOvershootSchema = z.object({
  late_settlement: amountSchema,
  above_hold: amountSchema,
  lowered_limit: amountSchema,
  recovered: amountSchema,
  standing: amountSchema,
});

/** `GET …/holds`. */
export const holdsViewSchema = z.object(
  {
    organization_id: identifierSchema,
    unit: z.literal('cent'),
    /** Open ones, as many as were asked for. */
    holds: z.array(holdSchema),
    open: wholeNumberSchema,
    open_amount: amountSchema,
    /** Requests that hold a slot of the allowance: admitted, and not counted yet. */
    open_requests: wholeNumberSchema,
    /** Nobody settled or released these before they expired; as far back as the store remembers, a week at least. */
    leaked: wholeNumberSchema,
    leaked_amount: amountSchema,
    /** The last of them first, as many as were asked for. */
    leaked_holds: z.array(holdSchema),
    /** Of the credits. */
    overshoot: z.object({ ...budgetOvershootSchema.shape, refund: amountSchema }),
    /** Of the budgets of all teams together, as far as requests of theirs have asked. */
    budget_overshoot: budgetOvershootSchema,
    /** Until then some of what is held may be missing here, and nothing is admitted; null when the list is whole. */
    recovering_until: instantSchema.nullable(),
    watermark: admissionWatermarkSchema,
  },
  { error: OBJECT_RULE },
);

export type HoldsView = z.output<typeof holdsViewSchema>;

export interface HoldsReading {
  readonly organizationId: string;
  readonly holds: readonly Hold[];
  readonly openHolds: number;
  readonly held: Amount;
  readonly openRequests: number;
  readonly leaked: { readonly holds: number; readonly amount: Amount };
  readonly leakedHolds: readonly Hold[];
  readonly overshoot: Overshoot;
  readonly budgetOvershoot: Overshoot;
  readonly recoveringUntil: Instant | null;
  readonly watermark: AdmissionWatermark;
}

export function encodeHoldsView(reading: HoldsReading): HoldsView {
  const { leaked, overshoot, recoveringUntil } = reading;
  return {
    organization_id: reading.organizationId,
    unit: 'cent',
    holds: reading.holds.map(encodeHold),
    open: reading.openHolds,
    open_amount: formatAmount(reading.held),
    open_requests: reading.openRequests,
    leaked: leaked.holds,
    leaked_amount: formatAmount(leaked.amount),
    leaked_holds: reading.leakedHolds.map(encodeHold),
    overshoot: { ...encodeOvershoot(overshoot), refund: formatAmount(overshoot.caused.refund) },
    budget_overshoot: encodeOvershoot(reading.budgetOvershoot),
    recovering_until: recoveringUntil === null ? null : formatInstant(recoveringUntil),
    watermark: reading.watermark,
  };
}

function encodeOvershoot(overshoot: Overshoot): HoldsView['budget_overshoot'] {
  const { caused, recovered } = overshoot;
  return {
    late_settlement: formatAmount(caused.late_settlement),
    above_hold: formatAmount(caused.above_hold),
    lowered_limit: formatAmount(caused.lowered_limit),
    recovered: formatAmount(recovered),
    standing: formatAmount(standingExcess(overshoot)),
  };
}

export function encodeHold(hold: Hold): HoldsView['holds'][number] {
  return {
    id: hold.holdId,
    request_id: hold.requestId,
    attempt_id: hold.attemptId,
    team_id: hold.teamId,
    amount: formatAmount(hold.amount),
    admitted_at: formatInstant(hold.admittedAt),
    expires_at: formatInstant(hold.expiresAt),
  };
}
