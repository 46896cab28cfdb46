import {
  applyReplay,
  followSpend,
  type PlannedRecords,
  planLog,
  PROJECTIONS,
  type ReadRecords,
  rebuildProjections,
  redriveLetters,
  type RedriveLettersPorts,
} from '@floopy/application';
import { decodeKeptRecord } from '@floopy/contracts';
import type { DeadLetterReason } from '@floopy/domain';
import {
  createIngestStore,
  createLetterStore,
  createRebuildStore,
  createRedriveStore,
  createRehearsalStore,
  createReplayRuns,
  createSettlingRehearsal,
  createSpendFollowerStore,
  PriceBookMemory,
  queriesOf,
  readPassedRecords,
  readReplayPlan,
  readTopicPartitions,
  saveReplayPlan,
} from '@floopy/postgres';
import { sha256, systemClock } from '@floopy/runtime';
import { until } from '../../support/until';
import { batchRecordOf } from './encode-said';
import type { World } from './world';

const OPERATOR = { name: 'model', actNumber: null };
const LETTERS_AT_MOST = 1_000;
const REBUILD_LIMITS = { chunkEntries: 9, lanes: 2 };
const SPEND_LIMITS = { streams: 10, eventsPerStream: 5 };

/** Drives parked records through everything again. */
export async function redrive(world: World, reason: DeadLetterReason | null): Promise<void> {
  const selection = { topic: world.topic, ...(reason === null ? {} : { reason }) };
  await redriveLetters(redrivePorts(world), { selection, operator: OPERATOR, after: 0, limit: LETTERS_AT_MOST });
}

function redrivePorts(world: World): RedriveLettersPorts {
  return {
    store: createRedriveStore(world.pool, new PriceBookMemory()),
    letters: createLetterStore(world.pool),
    decode: decodeKeptRecord,
    clock: world.clock,
    sha256,
    onProgress: () => undefined,
  };
}

/** Plans to read again all that was passed. @returns the plan's number, and what it says of each record */
export async function planReplay(
  world: World,
): Promise<{ readonly number: number; readonly records: PlannedRecords[] }> {
  const { pool, topic } = world;
  const partitions = await readTopicPartitions(queriesOf(pool), topic);
  const ranges = partitions.map(({ partition, nextOffset }) => ({ partition, from: 0, until: nextOffset }));
  const readRecords: ReadRecords = async (take) => {
    for (const range of ranges) {
      const passed = (world.logs[range.partition] ?? []).slice(0, range.until);
      await take({ ...range, records: passed.flatMap((logged) => batchRecordOf(logged) ?? []) });
    }
    return [];
  };
  const prices = new PriceBookMemory();
  const records = await planLog(
    {
      ...redrivePorts(world),
      store: createRehearsalStore(pool, prices),
      rehearse: createSettlingRehearsal(pool, prices),
      readPassed: (ingestPartition, looked) => readPassedRecords(queriesOf(pool), ingestPartition, looked),
    },
    partitions,
    readRecords,
  );
  const source = { type: 'log' as const, topic, ranges: ranges.filter((range) => range.until > 0) };
  const drafted = { source, records, leftOut: { gone: [], ahead: [], before: [] } };
  // Letters are parked by the clock of the database.
  const making = { plannedAt: systemClock(), plannedBy: 'model', actNumber: null };
  return { number: await saveReplayPlan(queriesOf(pool), drafted, making), records };
}

/** Runs a plan that was kept, while the consumer's partitions are claimed away from it. */
export async function runReplay(world: World, number: number): Promise<string> {
  const plan = await readReplayPlan(queriesOf(world.pool), number);
  if (plan === null) throw new Error(`there is no plan ${number}`);
  const { type } = await applyReplay(
    {
      runs: createReplayRuns(world.pool),
      redrive: redrivePorts(world),
      ingest: {
        store: createIngestStore(world.pool, new PriceBookMemory(), sha256),
        clock: world.clock,
        sha256,
      },
      files: {
        claim: () => Promise.reject(new Error('a log is no file')),
        read: () => {
          throw new Error('a log is no file');
        },
      },
      stop: new AbortController().signal,
      onProgress: () => undefined,
    },
    plan,
    OPERATOR,
  );
  return type;
}

/** Builds every projection anew. @returns where the live ones differed, of which there must be none */
export async function rebuild(world: World): Promise<unknown[]> {
  const ports = { store: createRebuildStore(world.pool), sha256, onProgress: () => undefined };
  const request = { projections: PROJECTIONS, organizationId: null, isDryRun: false };
  // One that was cut off may hold its turn until the server has noticed.
  const rebuilt = await until(
    () => rebuildProjections(ports, request, REBUILD_LIMITS),
    (rebuilding) => rebuilding !== null,
  );
  return [...(rebuilt?.differences ?? []), ...(rebuilt?.headFaults ?? [])];
}

/** Absorbs all spending that is behind. */
export async function absorb(world: World): Promise<void> {
  const store = createSpendFollowerStore(world.pool, SPEND_LIMITS);
  for (let absorbed = 1; absorbed > 0;) absorbed = await followSpend({ store });
}
