import type { UsageEventInput } from '@floopy/usage-client';

/** A usage to publish, with the attributes that make it the same event however often it is sent. */
export interface SourcedUsage {
  readonly usage: UsageEventInput;
  readonly id: string;
  readonly time: Date;
  /** CloudEvents source. */
  readonly source: string;
  /** Where it comes from, for a message about it: `line 7`. */
  readonly place: string;
}

/** Where usage to publish comes from. */
export interface UsageSource {
  /** How many there will be; null when nobody knows. */
  readonly total: number | null;
  readonly usages: AsyncIterable<SourcedUsage> | Iterable<SourcedUsage>;
}
