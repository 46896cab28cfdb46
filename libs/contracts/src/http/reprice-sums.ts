import { type Amount, formatAmount, type MissingRate, type OrganizationId, subtractAmounts } from '@floopy/domain';
import { z } from 'zod';
import { amountSchema, identifierSchema, wholeNumberSchema } from '../wire/wire-schemas';

/** What charges came to, what they should have come to, and the second less the first: negative where too much was charged. */
export const repriceSumFields = { old_sum: amountSchema, new_sum: amountSchema, difference: amountSchema };

export type RepriceSums = { readonly [Name in keyof typeof repriceSumFields]: string };

/** What a reprice comes to for one organization. */
export const repricedOrganizationFields = {
  organization_id: identifierSchema,
  /** Where its ledger ended when it was planned: what was charged since is no part of it. */
  through: wholeNumberSchema,
  entries: wholeNumberSchema,
  ...repriceSumFields,
  left_out: z.object({ reversed: wholeNumberSchema, unpriced: wholeNumberSchema }),
  missing_rate: z.string().nullable().describe('A rate that the right prices lack.'),
};

export interface OrganizationSums {
  readonly organizationId: OrganizationId;
  readonly through: number;
  readonly entries: number;
  readonly before: Amount;
  readonly after: Amount;
  readonly reversed: number;
  readonly unpriced: number;
  readonly missing: MissingRate | null;
}

export function encodeOrganizationSums(each: OrganizationSums) {
  const { organizationId, through, entries, before, after, reversed, unpriced, missing } = each;
  return {
    organization_id: organizationId,
    through,
    entries,
    ...encodeRepriceSums(before, after),
    left_out: { reversed, unpriced },
    missing_rate: missing === null ? null : missingRateText(missing),
  };
}

export function encodeRepriceSums(before: Amount, after: Amount): RepriceSums {
  const difference = formatAmount(subtractAmounts(after, before));
  return { old_sum: formatAmount(before), new_sum: formatAmount(after), difference };
}

export function missingRateText({ provider, model, serviceTier, missing }: MissingRate): string {
  return `no rate for ${provider}/${model} (${serviceTier}): ${missing}`;
}
