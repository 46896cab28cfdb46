import { setImmediate as nextTurn } from 'node:timers/promises';
import { BatchGatherer } from './batch-gatherer';
import type { BatchOutcome, GatheredBatches, PartitionBatch } from './partition-batch';

type Message = PartitionBatch['messages'][number];

function messages(count: number): Message[] {
  return Array.from({ length: count }, (_, offset) => ({ offset: String(offset) }) as Message);
}

function aBatch(partition: number, records: number, following: readonly Message[] = []): PartitionBatch {
  const extent = { continuousFrom: 0, continuousUntil: records };
  return { topic: 'usage', partition, epoch: 1, ...extent, messages: messages(records), following };
}

const MAX_RECORDS = 10;

/** A handler that ends a transaction when it is told to, and the transactions that were begun with it. */
function aGatherer(transactionsAtOnce = 1) {
  const begun: { readonly gathered: GatheredBatches; end(): void; fail(error: Error): void }[] = [];
  const gatherer = new BatchGatherer(
    (gathered) =>
      new Promise<BatchOutcome[]>((resolve, reject) => {
        const outcomes = gathered.batches.map(({ partition }) => ({
          type: 'ingested' as const,
          nextOffset: partition,
        }));
        begun.push({ gathered, end: () => resolve(outcomes), fail: reject });
      }),
    { transactionsAtOnce, maxRecords: MAX_RECORDS },
  );
  const partitions = () => begun.map(({ gathered }) => gathered.batches.map(({ partition }) => partition));
  return { gatherer, begun, partitions };
}

describe('BatchGatherer', () => {
  it('passes what comes in the same turn in one transaction, and answers each for its own', async () => {
    const { gatherer, begun, partitions } = aGatherer();
    const outcomes = [3, 1, 2].map((partition) => gatherer.handle(aBatch(partition, 2)));
    await nextTurn();
    expect(partitions()).toEqual([[3, 1, 2]]);
    begun[0]?.end();
    expect(await Promise.all(outcomes)).toEqual([3, 1, 2].map((nextOffset) => ({ type: 'ingested', nextOffset })));
  });

  it('fills transactions up to their size, in the order in which batches came', async () => {
    const { gatherer, begun, partitions } = aGatherer();
    for (const [partition, records] of [6, 4, 1, 10, 12, 0].entries()) void gatherer.handle(aBatch(partition, records));
    for (let turn = 0; turn < 5; turn += 1) {
      await nextTurn();
      begun[turn]?.end();
    }
    expect(partitions()).toEqual([[0, 1], [2], [3], [4], [5]]);
  });

  it('begins another transaction while one is at work, as far as there may be more', async () => {
    const { gatherer, begun, partitions } = aGatherer(2);
    for (const partition of [0, 1, 2]) {
      void gatherer.handle(aBatch(partition, MAX_RECORDS));
      await nextTurn();
    }
    expect(partitions()).toEqual([[0], [1]]);
    begun[1]?.end();
    await nextTurn();
    expect(partitions()).toEqual([[0], [1], [2]]);
  });

  it('fails every batch of a transaction that failed, and passes each alone until it has succeeded', async () => {
    const { gatherer, begun, partitions } = aGatherer();
    const batches = [0, 1].map((partition) => aBatch(partition, 1));
    const failures = batches.map((batch) => gatherer.handle(batch).catch((error: unknown) => error));
    await nextTurn();
    const error = new Error('the database said no');
    begun[0]?.fail(error);
    expect(await Promise.all(failures)).toEqual([error, error]);

    const again = [...batches, aBatch(2, 1)].map((batch) => gatherer.handle(batch));
    for (const turn of [1, 2, 3]) {
      await nextTurn();
      begun[turn]?.end();
    }
    await Promise.all(again);
    for (const batch of batches) void gatherer.handle(batch);
    await nextTurn();
    expect(partitions()).toEqual([[0, 1], [0], [1], [2], [0, 1]]);
  });

  it('never has two batches of a partition in one transaction', async () => {
    const { gatherer, begun, partitions } = aGatherer();
    for (const partition of [0, 0, 1]) void gatherer.handle(aBatch(partition, 1));
    await nextTurn();
    begun[0]?.end();
    await nextTurn();
    expect(partitions()).toEqual([[0], [0, 1]]);
  });

  it('names what comes next, about a transaction of it: what waits, and then what was fetched behind', async () => {
    const { gatherer, begun } = aGatherer();
    const [behind, waiting] = [messages(7), aBatch(1, MAX_RECORDS)];
    void gatherer.handle(aBatch(0, 1, behind));
    await nextTurn();
    expect(begun[0]?.gathered.following).toEqual([behind]);
    begun[0]?.end();
    for (const batch of [aBatch(0, 1, behind), waiting]) void gatherer.handle(batch);
    await nextTurn();
    expect(begun[1]?.gathered.following).toEqual([waiting.messages]);
  });

  it('fails when it is answered for fewer batches than it handed over', async () => {
    const gatherer = new BatchGatherer(() => Promise.resolve([]), { transactionsAtOnce: 1, maxRecords: MAX_RECORDS });
    await expect(gatherer.handle(aBatch(0, 1))).rejects.toThrow('answered for 0 batches');
  });
});
