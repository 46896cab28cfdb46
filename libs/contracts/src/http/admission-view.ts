import { type AdmissionRemainder, type FailurePolicy, formatAmount, formatInstant, type Hold } from '@floopy/domain';
import { z } from 'zod';
import {
  amountSchema,
  identifierSchema,
  instantSchema,
  OBJECT_RULE,
  oneOf,
  wholeNumberSchema,
} from '../wire/wire-schemas';
import { encodeFailurePolicy, failurePolicySchema } from './failure-policy';

/** The ledger that was looked at: everything up to this position was in it, and maybe more. */
export const admissionWatermarkSchema = z.object({ position: wholeNumberSchema }, { error: OBJECT_RULE });

/** `POST /v1/admissions`, when the request may run. */
export const admissionViewSchema = z.object(
  {
    decision: oneOf(['admitted']),
    /** Set aside until the usage of the attempt settles it, it is released, or it expires. */
    hold: z.object({ id: identifierSchema, amount: amountSchema, expires_at: instantSchema }),
    /** What is left beside everything that is held. */
    remaining: z.object({
      balance: amountSchema,
      requests: wholeNumberSchema,
      /** Null where there is no team, or no limit to its spending. */
      team_budget: amountSchema.nullable(),
    }),
    /** What to do when admission cannot be asked for the next request. */
    failure_policy: failurePolicySchema,
    watermark: admissionWatermarkSchema.optional(),
  },
  { error: OBJECT_RULE },
);

export type AdmissionWatermark = z.output<typeof admissionWatermarkSchema>;
export type AdmissionView = z.output<typeof admissionViewSchema>;

export interface GrantedAdmission {
  readonly hold: Hold;
  readonly remaining: AdmissionRemainder;
}

export function encodeAdmission(
  { hold, remaining }: GrantedAdmission,
  policy: FailurePolicy,
  watermark?: AdmissionWatermark,
): AdmissionView {
  const { balance, requests, teamBudget } = remaining;
  return {
    decision: 'admitted',
    hold: { id: hold.holdId, amount: formatAmount(hold.amount), expires_at: formatInstant(hold.expiresAt) },
    remaining: {
      balance: formatAmount(balance),
      requests,
      team_budget: teamBudget === null ? null : formatAmount(teamBudget),
    },
    failure_policy: encodeFailurePolicy(policy),
    ...(watermark === undefined ? {} : { watermark }),
  };
}
