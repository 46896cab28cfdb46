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
