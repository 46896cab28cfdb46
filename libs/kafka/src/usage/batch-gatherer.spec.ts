import { setImmediate as nextTurn } from 'node:timers/promises';
import { BatchGatherer, type WaitingRun } from './batch-gatherer';
import type { BatchOutcome, GatheredBatches, PartitionBatch } from './partition-batch';

type Message = PartitionBatch['messages'][number];

function messages(count: number): Message[] {
  return Array.from({ length: count }, (_, offset) => ({ offset: String(offset) }) as Message);
}

/** What waits of a partition: so many records, of which a batch takes as many as it may. */
function aRun(partition: number, records: number): WaitingRun {
  const waiting = messages(records);
  const place = { topic: 'usage', partition, epoch: 1, continuousFrom: 0, continuousUntil: records };
  const take = (most: number): PartitionBatch => ({
    ...place,
    messages: waiting.slice(0, most),
    following: waiting.slice(most),
  });
  return { partition, records: () => waiting.length, take };
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
    const outcomes = [3, 1, 2].map((partition) => gatherer.pass(aRun(partition, 2)));
    await nextTurn();
    expect(partitions()).toEqual([[3, 1, 2]]);
    begun[0]?.end();
    expect(await Promise.all(outcomes)).toEqual([3, 1, 2].map((nextOffset) => ({ type: 'ingested', nextOffset })));
  });

  it('fills transactions to their size, in the order in which partitions came, and takes no more of one than fits', async () => {
    const { gatherer, begun, partitions } = aGatherer();
    for (const [partition, records] of [6, 9, 1, 10, 12, 0].entries()) void gatherer.pass(aRun(partition, records));
    for (let turn = 0; turn < 5; turn += 1) {
      await nextTurn();
      begun[turn]?.end();
    }
    expect(partitions()).toEqual([[0, 1], [2, 3], [4], [5]]);
    const sizes = begun.map(({ gathered }) => gathered.batches.map(({ messages: taken }) => taken.length));
    expect(sizes).toEqual([[6, 4], [1, 9], [10], [0]]);
  });

  it('lets what does not fill a transaction grow while one is at work', async () => {
    const { gatherer, begun, partitions } = aGatherer(2);
    for (const partition of [0, 1]) {
      void gatherer.pass(aRun(partition, MAX_RECORDS / 2));
      await nextTurn();
    }
    expect(partitions()).toEqual([[0]]);
    void gatherer.pass(aRun(2, MAX_RECORDS / 2));
    await nextTurn();
    expect(partitions()).toEqual([[0], [1, 2]]);
    void gatherer.pass(aRun(3, 1));
    for (const turn of [0, 1]) {
      begun[turn]?.end();
      await nextTurn();
    }
    expect(partitions()).toEqual([[0], [1, 2], [3]]);
  });

  it('begins another transaction while one is at work, as far as there may be more', async () => {
    const { gatherer, begun, partitions } = aGatherer(2);
    for (const partition of [0, 1, 2]) {
      void gatherer.pass(aRun(partition, MAX_RECORDS));
      await nextTurn();
    }
    expect(partitions()).toEqual([[0], [1]]);
    begun[1]?.end();
    await nextTurn();
    expect(partitions()).toEqual([[0], [1], [2]]);
  });

  it('fails every batch of a transaction that failed, and passes each alone until it has succeeded', async () => {
    const { gatherer, begun, partitions } = aGatherer();
    const runs = [0, 1].map((partition) => aRun(partition, 1));
    const failures = runs.map((run) => gatherer.pass(run).catch((error: unknown) => error));
    await nextTurn();
    const error = new Error('the database said no');
    begun[0]?.fail(error);
    expect(await Promise.all(failures)).toEqual([error, error]);

    const again = [...runs, aRun(2, 1)].map((run) => gatherer.pass(run));
    for (const turn of [1, 2, 3]) {
      await nextTurn();
      begun[turn]?.end();
    }
    await Promise.all(again);
    for (const run of runs) void gatherer.pass(run);
    await nextTurn();
    expect(partitions()).toEqual([[0, 1], [0], [1], [2], [0, 1]]);
  });

  it('names what comes next, about a transaction of it: what waits, and then what was fetched behind', async () => {
    const { gatherer, begun } = aGatherer();
    const following = (turn: number) => begun[turn]?.gathered.following.map((coming) => coming.length);
    void gatherer.pass(aRun(0, MAX_RECORDS + 7));
    await nextTurn();
    expect(following(0)).toEqual([7]);
    for (const run of [aRun(1, MAX_RECORDS + 3), aRun(2, 4), aRun(3, 8)]) void gatherer.pass(run);
    begun[0]?.end();
    await nextTurn();
    expect(following(1)).toEqual([4, 6]);
    begun[1]?.end();
    await nextTurn();
    expect(begun[2]?.gathered.batches.map(({ messages: taken }) => taken.length)).toEqual([4, 6]);
    expect(following(2)).toEqual([0, 2]);
  });

  it('fails when it is answered for fewer batches than it handed over', async () => {
    const gatherer = new BatchGatherer(() => Promise.resolve([]), { transactionsAtOnce: 1, maxRecords: MAX_RECORDS });
    await expect(gatherer.pass(aRun(0, 1))).rejects.toThrow('answered for 0 batches');
  });
});
