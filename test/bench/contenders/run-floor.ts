import { measureWindow, workersOf } from '../measure/window';
import { createDatabase, passedRecords } from '../stage/database';
import type { FloorSettings } from '../floor/settings';
import { startBenchProcess } from './bench-process';
import { type Match, type Turn, warmUpOf } from './contender';

/** (c) The statements that write, as ours sends them, replayed without Kafka, decoding, reading or deciding. */
export async function runFloor(match: Match, recordsPerTransaction: number): Promise<Turn> {
  const { stage, workload, turn } = match;
  const recording = await createDatabase(stage.databaseUrl, `recording_${turn}`);
  const database = await createDatabase(stage.databaseUrl, `floor_${turn}`);
  const settings: FloorSettings = {
    recordingUrl: recording.url,
    replayUrl: database.url,
    workload,
    recordsPerTransaction: Math.round(recordsPerTransaction),
  };
  const replay = await startBenchProcess(stage, { program: 'test/bench/floor/main', args: [JSON.stringify(settings)] });
  try {
    const window = await measureWindow({
      passed: () => passedRecords(database, workload.topic),
      workers: workersOf(stage, [replay.identity.pid]),
      from: warmUpOf(workload.records),
      until: workload.records,
    });
    return { window, recordsPerTransaction: settings.recordsPerTransaction };
  } finally {
    await replay.kill();
    await Promise.all([database.drop(), recording.drop()]);
  }
}
