export {
  API_KEY_SCOPES,
  type ApiKeyRequest,
  type ApiKeyScope,
  issueApiKey,
  type IssueApiKeyPorts,
  type IssuedApiKey,
} from './api-keys/issue-api-key';
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
