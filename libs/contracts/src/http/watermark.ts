import { formatInstant, type Instant } from '@floopy/domain';
import { z } from 'zod';
import { instantSchema, OBJECT_RULE, wholeNumberSchema } from '../wire/wire-schemas';

/** How far a reading has absorbed what was produced; every reading has one. */
export const watermarkSchema = z.object(
  {
    /** The organization's last ledger sequence number in this reading. */
    position: wholeNumberSchema,
    /** When the entry there was recorded; null before the first one. */
    recorded_at: instantSchema.nullable(),
    /** The age in seconds of the oldest record of the organization's partitions that is not applied yet; else 0. */
    lag_seconds: z.number().min(0),
  },
  { error: OBJECT_RULE },
);

export type WatermarkView = z.output<typeof watermarkSchema>;

export interface Watermark {
  readonly position: number;
  readonly recordedAt: Instant | null;
  readonly lagMs: number;
}

export function encodeWatermark({ position, recordedAt, lagMs }: Watermark): WatermarkView {
  return {
    position,
    recorded_at: recordedAt === null ? null : formatInstant(recordedAt),
    lag_seconds: Math.max(0, Math.round(lagMs)) / 1_000,
  };
}
