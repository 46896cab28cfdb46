import { type BatchRecord, type IngestOutcome, ingestUsage, type RawRecord } from '@floopy/application';
import { decodeKeptRecord } from '@floopy/contracts';
import { identifyUsage, type Instant } from '@floopy/domain';
import { claimPartition, createIngestStore, type DatabasePool, PriceBookMemory, queriesOf } from '@floopy/postgres';
import { sha256, systemClock } from '@floopy/runtime';
import { type PlainUsage, rawRecordOf } from './usage-records';

export interface UsageFeed {
  /** Applies events as one batch, in the order given, through the consumer's own use case and store. */
  apply(events: readonly PlainUsage[], now?: Instant): Promise<Extract<IngestOutcome, { type: 'ingested' }>>;
  /** As `apply`, for records of any bytes. */
  applyRaw(records: readonly RawRecord[], now?: Instant): Promise<Extract<IngestOutcome, { type: 'ingested' }>>;
  /** Every record that was applied, as its partition would have it. */
  readonly log: readonly BatchRecord[];
}

/** A partition of a topic that no broker has: usage reaches the ledger as it does from Kafka, without waiting for one. */
export async function openUsageFeed(pool: DatabasePool, topic = 'usage.test', partition = 0): Promise<UsageFeed> {
  const { epoch, nextOffset } = await claimPartition(queriesOf(pool), topic, partition, 0);
  const store = createIngestStore(pool, new PriceBookMemory(), sha256);
  let offset = nextOffset;
  const log: BatchRecord[] = [];
  const applyRaw: UsageFeed['applyRaw'] = async (raws, now) => {
    const appendedAt = systemClock();
    const continuousFrom = offset;
    const records = raws.map((raw) => recordAt(raw, offset++, appendedAt));
    const [outcome] = await ingestUsage({ store, sha256, clock: () => now ?? systemClock() }, [
      { topic, partition, epoch, continuousFrom, continuousUntil: offset, records },
    ]);
    if (outcome?.type !== 'ingested') throw new Error(`the batch was not applied: ${outcome?.type}`);
    log.push(...records);
    return outcome;
  };
  return { log, apply: (events, now) => applyRaw(events.map(rawRecordOf), now), applyRaw };
}

function recordAt(raw: RawRecord, offset: number, appendedAt: Instant): BatchRecord {
  const decoded = decodeKeptRecord({ ...raw, appendedAt });
  return { offset, appendedAt, identified: identifyUsage(offset, decoded, sha256), raw: () => raw };
}
