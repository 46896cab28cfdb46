import { addAmounts, formatAmount, formatInstant, type MonthlyUsage, type Origin, ZERO_AMOUNT } from '@floopy/domain';
import { z } from 'zod';
import { billingPeriodSchema } from '../balance/balance-message-schema';
import { amountSchema, identifierSchema, OBJECT_RULE, wholeNumberSchema } from '../wire/wire-schemas';
import { watermarkSchema } from './watermark';

/** What an organization used in one billing period. */
export const usedPeriodSchema = z.object(
  {
    period: billingPeriodSchema,
    /** Requests that counted, by where they came from. */
    requests: z.object({ gateway: wholeNumberSchema, playground: wholeNumberSchema }),
    spend: amountSchema,
  },
  { error: OBJECT_RULE },
);

/** `GET …/monthly-usage`: periods in which there was usage, oldest first. */
export const monthlyUsageViewSchema = z.object(
  {
    organization_id: identifierSchema,
    unit: z.literal('cent'),
    periods: z.array(usedPeriodSchema),
    watermark: watermarkSchema,
  },
  { error: OBJECT_RULE },
);

export type UsedPeriod = z.output<typeof usedPeriodSchema>;
export type MonthlyUsageView = z.output<typeof monthlyUsageViewSchema>;

/** Brings the origins of each billing period together, in the order in which the periods come. */
export function encodeUsedPeriods(months: readonly MonthlyUsage[]): UsedPeriod[] {
  const periods = new Map<number, MonthlyUsage[]>();
  for (const month of months) periods.set(month.periodStart, [...(periods.get(month.periodStart) ?? []), month]);
  return [...periods.values()].map(encodeUsedPeriod);
}

function encodeUsedPeriod(origins: readonly MonthlyUsage[]): UsedPeriod {
  const requestsOf = (origin: Origin): number => origins.find((month) => month.origin === origin)?.requests ?? 0;
  const [first] = origins;
  if (first === undefined) throw new RangeError('a period is one or more origins');
  return {
    period: { start: formatInstant(first.periodStart), end: formatInstant(first.periodEnd) },
    requests: { gateway: requestsOf('gateway'), playground: requestsOf('playground') },
    spend: formatAmount(origins.reduce((sum, month) => addAmounts(sum, month.spend), ZERO_AMOUNT)),
  };
}
