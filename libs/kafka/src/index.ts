export { registerCodecs } from './codecs/register-codecs';
export { createKafka, type KafkaLogLine, type KafkaOptions } from './connection/create-kafka';
export { type PublishedRecord, Publisher } from './publisher/publisher';
export { type LogOffsets, readLogOffsets } from './replay/read-log-offsets';
export { type Offsets, readRanges, type ReadRangesTerms, type Stretch } from './replay/read-ranges';
export { type AppliedTopics, applyTopics, readTopics } from './topics/apply-topics';
export { createTopics } from './topics/create-topics';
export type { TopicDrift, TopicFinding } from './topics/find-topic-drift';
export { topicExists } from './topics/topic-exists';
export type {
  BatchOutcome,
  GatheredBatches,
  GatheringHandler,
  PartitionBatch,
  PartitionClaimed,
  PartitionClaims,
  ReaderObserver,
} from './usage/partition-batch';
export { PartitionReader, type PartitionReaderOptions } from './usage/partition-reader';
export { readRetention } from './watermarks/read-retention';
export { readWatermarks, type Watermarks } from './watermarks/read-watermarks';
export {
  type AppliedUntil,
  type TopicBacklog,
  type WaitingRecords,
  WaitingRecordsFinder,
} from './watermarks/waiting-records';
