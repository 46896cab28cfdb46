import { type BillingPeriod, formatInstant, type RecordedChange } from '@floopy/domain';
import { z } from 'zod';
import type { BalanceView } from './balance-view';
import { identifierSchema, instantSchema, wholeNumberSchema } from '../wire/wire-schemas';
import { watermarkSchema } from './watermark';

/** What every reading of an organization's terms begins and ends with. */
export const termsFields = {
  organization_id: identifierSchema,
  /** How many changes of its terms this reading has seen. */
  terms_version: wholeNumberSchema,
  watermark: watermarkSchema,
};

/** When a change was made and by whom, and from when on it holds. */
export const madeChangeFields = {
  effective_at: instantSchema,
  recorded_at: instantSchema,
  changed_by: z.string().min(1),
};

export interface MadeChange {
  readonly effective_at: string;
  readonly recorded_at: string;
  readonly changed_by: string;
}

export function encodeMadeChange({ effectiveAt, recordedAt, changedBy }: RecordedChange): MadeChange {
  return {
    effective_at: formatInstant(effectiveAt),
    recorded_at: formatInstant(recordedAt),
    changed_by: changedBy,
  };
}

export function encodeBillingPeriod({ start, end }: BillingPeriod): BalanceView['period'] {
  return { start: formatInstant(start), end: formatInstant(end) };
}
