export { type TopicDeclaration, type TopicName, TOPICS } from './topics/topics';
export { type DecodedUsage, decodeUsageEvent, MAX_USAGE_EVENT_BYTES } from './usage/decode-usage-event';
export { type CloudEventMode, encodeUsageEvent } from './usage/encode-usage-event';
export {
  CLOUD_EVENTS_VERSION,
  MAX_METADATA_BYTES,
  MAX_TOKEN_COUNT,
  USAGE_EVENT_TYPE,
  type UsageEventInput,
} from './usage/usage-event-schema';
export { MAX_USAGE_FAULTS, type UsageFault } from './usage/usage-fault';
export { type EncodedRecord, type HeaderValue, type RecordHeaders, type UsageRecord } from './usage/usage-record';
