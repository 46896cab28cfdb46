import { type FailurePolicy, formatAmount } from '@floopy/domain';
import { z } from 'zod';
import { amountSchema, oneOf } from '../wire/wire-schemas';

/** What a client does while admission cannot be asked: refuse, or let pass what adds up to no more than the exposure. */
export const failurePolicySchema = z.object({
  type: oneOf(['closed', 'open']),
  /** Stated where it is open. */
  exposure: amountSchema.optional(),
});

export type FailurePolicyView = z.output<typeof failurePolicySchema>;

export function encodeFailurePolicy(policy: FailurePolicy): FailurePolicyView {
  return policy.type === 'closed' ? { type: 'closed' } : { type: 'open', exposure: formatAmount(policy.exposure) };
}
