import { type BatchRecord, ingestUsage } from '@floopy/application';
import { decodeUsageEvent, encodeUsageEvent, TOPICS } from '@floopy/contracts';
import { identifyUsage, instantOfMilliseconds } from '@floopy/domain';
import { createIngestStore, createPool, INGEST_SETTINGS, PriceBookMemory, type Statement } from '@floopy/postgres';
import { sha256, systemClock } from '@floopy/runtime';
import type { Pool } from 'pg';
import { claimEveryPartition } from '../stage/database';
import { eventsOf, type Workload } from '../workload/workloads';
import { partitionOf } from '../workload/partition-of';
import { RecordingPool } from './recorded-statements';
import { floorSettings } from './settings';

/** As many transactions at once as the product's consumer has. */
const LANES = 2;

type RecordedTransaction = readonly Statement[];

/** First settles the workload once and records what that writes; then writes the same into another database. */
async function main(): Promise<void> {
  const { replayUrl, workload } = floorSettings();
  const partitions = await recordWorkload();
  const pool = createPool({
    url: replayUrl,
    role: 'floopy_writer',
    applicationName: 'floor',
    maxConnections: LANES,
    settings: INGEST_SETTINGS,
  });
  await claimEveryPartition({ pool }, workload.topic, TOPICS.usageRecorded.partitions);
  await Promise.all(Array.from({ length: LANES }, () => replay(pool, partitions)));
  await pool.end();
}

/** Takes one partition after the other, so that no two lanes ever lock the same rows. */
async function replay(pool: Pool, partitions: RecordedTransaction[][]): Promise<void> {
  const client = await pool.connect();
  for (let partition = partitions.pop(); partition !== undefined; partition = partitions.pop()) {
    for (const transaction of partition) {
      await client.query('BEGIN');
      for (const { name, text, values } of transaction) {
        await client.query({ ...(name === undefined ? {} : { name }), text, values: [...(values ?? [])] });
      }
      await client.query('COMMIT');
    }
  }
  client.release();
}

async function recordWorkload(): Promise<RecordedTransaction[][]> {
  const { recordingUrl, workload, recordsPerTransaction } = floorSettings();
  const recording = new RecordingPool(recordingUrl);
  const epochs = await claimEveryPartition(recording, workload.topic, TOPICS.usageRecorded.partitions);
  const store = createIngestStore(recording.pool, new PriceBookMemory(), sha256);
  const recorded: RecordedTransaction[][] = [];
  for (const [partition, events] of recordsByPartition(workload).entries()) {
    const transactions: RecordedTransaction[] = [];
    for (let from = 0; from < events.length; from += recordsPerTransaction) {
      recording.take();
      const records = events.slice(from, from + recordsPerTransaction);
      const extent = { continuousFrom: from, continuousUntil: from + records.length };
      const place = { topic: workload.topic, partition, epoch: epochs[partition] ?? 0, ...extent };
      await ingestUsage({ store, sha256, clock: systemClock }, [{ ...place, records }]);
      transactions.push(recording.take());
    }
    if (transactions.length > 0) recorded.push(transactions);
  }
  await recording.pool.end();
  return recorded;
}

/** The events of a workload as the records that they are on the topic, by partition, in order of offset. */
function recordsByPartition(workload: Workload): BatchRecord[][] {
  const { partitions } = TOPICS.usageRecorded;
  const byPartition: BatchRecord[][] = Array.from({ length: partitions }, () => []);
  const appendedAt = instantOfMilliseconds(workload.endsAtMs);
  for (const event of eventsOf(workload)) {
    const { key, value, headers } = encodeUsageEvent(event);
    const lane = byPartition[partitionOf(key, partitions)] ?? [];
    const offset = lane.length;
    const decoded = decodeUsageEvent({ key, value, headers, appendedAt });
    const raw = { key, value, headers: Object.entries(headers).map(([n, v]) => [n, Buffer.from(v)] as const) };

    lane.push({ offset, appendedAt, identified: identifyUsage(offset, decoded, sha256), raw: () => raw });
  }
  return byPartition;
}

void main();
