import { measureWindow, type WindowTerms, workersOf } from '../measure/window';
import { type BenchDatabase, createDatabase, passedRecords } from '../stage/database';
import type { Stage } from '../stage/stage';
import { type Match, type PublishedWorkload, type Turn, warmUpOf } from './contender';
import { startUsageConsumer } from './usage-consumer';

export interface OursTerms {
  readonly profileDirectory?: string | undefined;
  /** How many consumers share the partitions; one when absent. */
  readonly processes?: number;
  /** Processes beside the consumers whose CPU time counts too. */
  readonly besidePids?: readonly number[];
  /** Told of every look at the work, with the consumers' process ids. */
  readonly look?: (passed: number, pids: readonly number[]) => void;
}

/** (b) The built consumer, reading the topic from its first record on into a database without events. */
export async function runOurs({ stage, workload, turn }: Match, terms: OursTerms = {}): Promise<Turn> {
  const database = await createDatabase(stage.databaseUrl, `ours_${turn}`);
  try {
    return await consumeInto(database, stage, workload, terms);
  } finally {
    await database.drop();
  }
}

/** Reads a whole topic into a database that the caller keeps. */
export async function consumeInto(
  database: BenchDatabase,
  stage: Stage,
  workload: PublishedWorkload,
  terms: OursTerms = {},
): Promise<Turn> {
  const { profileDirectory, processes = 1, look, besidePids = [] } = terms;
  const groupId = `ours.${database.name}.${workload.topic}`;
  const consumerTerms = { stage, databaseUrl: database.url, topic: workload.topic, groupId, profileDirectory };
  const consumers = await Promise.all(Array.from({ length: processes }, () => startUsageConsumer(consumerTerms)));
  const pids = consumers.map(({ process }) => process.identity.pid);
  const windowTerms: WindowTerms = {
    passed: () => passedRecords(database, workload.topic),
    workers: workersOf(stage, [...pids, ...besidePids]),
    from: warmUpOf(workload.records),
    until: workload.records,
    look: (passed) => look?.(passed, pids),
  };
  try {
    const window = await measureWindow(windowTerms);
    const { records, count } = (await consumers[0]?.transactions()) ?? { records: 0, count: 1 };
    return { window, recordsPerTransaction: records / count };
  } finally {
    await Promise.all(consumers.map(({ process }) => process.stop()));
  }
}
