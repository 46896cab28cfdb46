import { measureWindow, workersOf } from '../measure/window';
import { createDatabase, passedRecords } from '../stage/database';
import { type Match, type Turn, warmUpOf } from './contender';
import { startUsageConsumer } from './usage-consumer';

export interface OursTerms {
  readonly profileDirectory?: string | undefined;
  /** How many consumers share the partitions; one when absent. */
  readonly processes?: number;
  readonly look?: (passed: number) => void;
}

/** (b) The built consumer, reading the topic from its first record on into a database without events. */
export async function runOurs(match: Match, terms: OursTerms = {}): Promise<Turn> {
  const { stage, workload, turn } = match;
  const database = await createDatabase(stage.databaseUrl, `ours_${turn}`);
  const consumers = await Promise.all(
    Array.from({ length: terms.processes ?? 1 }, () =>
      startUsageConsumer({
        stage,
        databaseUrl: database.url,
        topic: workload.topic,
        groupId: `ours.${turn}`,
        profileDirectory: terms.profileDirectory,
      }),
    ),
  );
  try {
    const window = await measureWindow({
      passed: () => passedRecords(database, workload.topic),
      workers: workersOf(
        stage,
        consumers.map(({ process }) => process.identity.pid),
      ),
      from: warmUpOf(workload.records),
      until: workload.records,
      ...(terms.look === undefined ? {} : { look: terms.look }),
    });
    return { window, recordsPerTransaction: (await consumers[0]?.recordsPerTransaction()) ?? 0 };
  } finally {
    await Promise.all(consumers.map(({ process }) => process.stop()));
    await database.drop();
  }
}
