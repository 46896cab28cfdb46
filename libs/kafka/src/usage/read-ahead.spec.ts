import type { KafkaMessage } from 'kafkajs';
import { until } from '../../../../test/support/until';
import { Attempts } from './attempts';
import { BatchGatherer } from './batch-gatherer';
import { type ClaimedPartition, openClaim, readRecords } from './claimed-partition';
import type { BatchOutcome, GatheredBatches } from './partition-batch';
import { ReadAhead } from './read-ahead';

const MAX_BATCH_RECORDS = 10;
/** What one partition may have waiting before it is read no further. */
const ENOUGH = 2 * MAX_BATCH_RECORDS;

/** Partitions of one reader, whose transactions end as the handler says, and what became of them. */
function aReading(handler: (gathered: GatheredBatches) => Promise<BatchOutcome[]>) {
  const stopping = new AbortController();
  const partitions = new Map<number, ClaimedPartition>();
  const told: string[] = [];
  const observer = {
    failing: (partition: number | null) => void told.push(`failing ${partition}`),
    recovered: () => {},
  };
  const readAhead = new ReadAhead({
    topic: 'usage',
    maxBatchRecords: MAX_BATCH_RECORDS,
    partitions,
    gatherer: new BatchGatherer(handler, { transactionsAtOnce: 2, maxRecords: MAX_BATCH_RECORDS }),
    attempts: new Attempts(observer, stopping.signal),
    isCurrent: (partition, claimed) => !stopping.signal.aborted && partitions.get(partition) === claimed,
    refused: (partition) => void told.push(`refused ${partition}`),
    advanced: (partition, records) => void told.push(`advanced ${partition} by ${records}`),
    pause: (partition) => void told.push(`pause ${partition}`),
    resume: (partition) => void told.push(`resume ${partition}`),
  });
  const read = (partition: number, count: number): ClaimedPartition => {
    const claimed =
      partitions.get(partition) ??
      openClaim({ epoch: 1, nextOffset: 0, lastRecord: null, halted: null }, { low: 0, high: 0 });
    partitions.set(partition, claimed);
    const first = claimed.readUntil;
    const messages = Array.from({ length: count }, (_, index) => ({ offset: String(first + index) }) as KafkaMessage);
    readRecords(claimed, messages, { first, last: first + count - 1 });
    readAhead.pass(partition, claimed);
    return claimed;
  };
  const stop = async (): Promise<void> => {
    stopping.abort();
    await readAhead.finished();
  };
  return { partitions, readAhead, read, stop, told };
}

const ingest = ({ batches }: GatheredBatches): Promise<BatchOutcome[]> =>
  Promise.resolve(batches.map(({ continuousUntil }) => ({ type: 'ingested', nextOffset: continuousUntil })));

describe('ReadAhead', () => {
  it('passes what was read, transaction by transaction, and what came meanwhile', async () => {
    const { read, readAhead, told } = aReading(ingest);
    const claimed = read(0, MAX_BATCH_RECORDS + 1);
    read(0, 3);
    await readAhead.finished();
    expect(claimed).toMatchObject({ nextOffset: MAX_BATCH_RECORDS + 4, waiting: [] });
    expect(told).toEqual(['advanced 0 by 10', 'advanced 0 by 4']);
  });

  it('reads a partition no further while enough of it waits', async () => {
    const { read, readAhead, told } = aReading(ingest);
    read(0, ENOUGH - 1);
    read(0, 1);
    read(0, 1);
    expect(told).toEqual(['pause 0']);
    await readAhead.finished();
    expect(told).toEqual(['pause 0', 'advanced 0 by 10', 'resume 0', 'advanced 0 by 10', 'advanced 0 by 1']);
  });

  it('reads no partition further while enough of all of them waits, but one of which nothing does', async () => {
    const { read, readAhead, told } = aReading(ingest);
    for (const partition of [0, 1, 2, 3, 4]) read(partition, ENOUGH - 1);
    expect(told).toEqual(['pause 4']);
    await readAhead.finished();
    expect(told.filter((fact) => fact.startsWith('resume'))).toEqual(['resume 4']);
  });

  it('goes on with the other partitions while one fails', async () => {
    const { read, stop, told } = aReading((gathered) =>
      gathered.batches.some(({ partition }) => partition === 0) ? Promise.reject(new Error('no')) : ingest(gathered),
    );
    read(0, ENOUGH);
    read(1, 1);
    await until(
      () => told,
      (facts) => facts.includes('advanced 1 by 1'),
    );
    expect(told.filter((fact) => fact.endsWith(' 0'))).toEqual(['pause 0', 'failing 0']);
    read(1, 2);
    await until(
      () => told,
      (facts) => facts.includes('advanced 1 by 2'),
    );
    await stop();
  });

  it('stops at a refusal, and leaves alone what was claimed anew', async () => {
    const { partitions, read, readAhead, told } = aReading(({ batches }) =>
      Promise.resolve(batches.map(() => ({ type: 'fenced' }))),
    );
    read(0, 1);
    read(1, 1);
    partitions.delete(1);
    await readAhead.finished();
    expect(told).toEqual(['refused 0']);
  });
});
