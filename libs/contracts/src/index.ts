export type { RejectedFile } from './pricing/file-fault';
export type { GenaiProvider } from './pricing/genai-catalogue';
export {
  type ImportedPrices,
  importGenaiPrices,
  type NotImported,
  type NotImportedReason,
} from './pricing/import-genai-prices';
export { KNOWN_SNAPSHOTS, type SnapshotNames } from './pricing/known-snapshots';
export { decodeRateCardFile, encodeRateCardFile, rateCardFileSchema } from './pricing/rate-card-file';
export { decodeRateOverrideFile, encodeRateOverrideFile, rateOverrideFileSchema } from './pricing/rate-override-file';
export { partitionsHolding } from './topics/partitions-holding';
export { type TopicDeclaration, type TopicName, TOPICS } from './topics/topics';
export {
  type DecodedUsage,
  decodeUsageEvent,
  MAX_USAGE_EVENT_BYTES,
  type UsageFault,
} from './usage/decode-usage-event';
export { type CloudEventMode, encodeUsageEvent } from './usage/encode-usage-event';
export {
  MAX_METADATA_BYTES,
  MAX_TOKEN_COUNT,
  USAGE_EVENT_TYPE,
  type UsageEventInput,
} from './usage/usage-event-schema';
export { type EncodedRecord, type HeaderValue, type RecordHeaders, type UsageRecord } from './usage/usage-record';
export { CLOUD_EVENTS_VERSION, type CloudEventContext, cloudEventHeaders } from './wire/cloud-event-headers';
export { MAX_FAULTS, type WireFault } from './wire/wire-fault';
export { encodeDeadLetter } from './dead-letters/encode-dead-letter';
export { encodeBalanceMessage } from './balance/encode-balance-message';
export { encodeLedgerMessage } from './ledger/encode-ledger-message';
export { decodeLedgerMessage } from './ledger/decode-ledger-message';
