import {
  formatAmount,
  formatInstant,
  type OrganizationId,
  type Statement,
  type StatementSum,
  type StatementUsage,
} from '@floopy/domain';
import { z } from 'zod';
import { amountSchema, identifierSchema, instantSchema, OBJECT_RULE, wholeNumberSchema } from '../wire/wire-schemas';
import { watermarkSchema } from './watermark';

const sumSchema = z.object({ entries: wholeNumberSchema, amount: amountSchema });
const endSchema = z.object({ position: wholeNumberSchema, balance: amountSchema });
const usageSchema = z.object({
  charges: sumSchema.describe('What was charged: negative.'),
  corrections: sumSchema.describe('What was given back of charges, also of earlier periods, or charged anew.'),
  late: sumSchema.describe('Of both, what occurred before the period.'),
  amount: amountSchema,
});

/** `GET …/statements/{period}`: what moved the balance in a period, by when it was recorded. */
export const statementViewSchema = z.object(
  {
    organization_id: identifierSchema,
    unit: z.literal('cent'),
    period: z.object({ start: instantSchema, end: instantSchema }),
    /** False while the period runs: it then tells what it came to so far. */
    is_final: z.boolean(),
    opening: endSchema,
    payments: sumSchema,
    usage: z.object({ request: usageSchema, playground: usageSchema }),
    adjustments: sumSchema,
    /** The opening and everything that moved, to the unit; the opening of the period after it. */
    closing: endSchema,
    watermark: watermarkSchema,
  },
  { error: OBJECT_RULE },
);

export type StatementView = z.output<typeof statementViewSchema>;

export function encodeStatement(
  organizationId: OrganizationId,
  statement: Statement,
  isFinal: boolean,
): Omit<StatementView, 'watermark'> {
  const { period, opening, payments, usage, adjustments, closing } = statement;
  return {
    organization_id: organizationId,
    unit: 'cent',
    period: { start: formatInstant(period.start), end: formatInstant(period.end) },
    is_final: isFinal,
    opening: { position: opening.position, balance: formatAmount(opening.balance) },
    payments: encodeSum(payments),
    usage: { request: encodeUsage(usage.request), playground: encodeUsage(usage.playground) },
    adjustments: encodeSum(adjustments),
    closing: { position: closing.position, balance: formatAmount(closing.balance) },
  };
}

function encodeUsage({ charges, corrections, late, amount }: StatementUsage): StatementView['usage']['request'] {
  return {
    charges: encodeSum(charges),
    corrections: encodeSum(corrections),
    late: encodeSum(late),
    amount: formatAmount(amount),
  };
}

function encodeSum({ entries, amount }: StatementSum): StatementView['payments'] {
  return { entries, amount: formatAmount(amount) };
}
