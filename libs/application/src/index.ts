export { publishRateCard, type PublishedRateCard, type RateCardRequest } from './pricing/publish-rate-card';
export {
  publishRateOverride,
  type PublishedRateOverride,
  type RateOverrideRequest,
} from './pricing/publish-rate-override';
export type { Publication, PublishingPorts, PublishingTransaction } from './pricing/publishing-store';
export {
  type BatchRecord,
  type IngestedBatch,
  type IngestOutcome,
  type IngestPorts,
  ingestUsage,
  type IngestTransaction,
  type LockedPartition,
  type RawRecord,
  type UsageBatch,
  type UserReferences,
} from './usage/ingest-usage';
