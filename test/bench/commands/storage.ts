import { consumeInto } from '../contenders/run-ours';
import { residentBytes } from '../measure/memory';
import { type RelationSize, vacuumedSizes } from '../measure/relation-sizes';
import type { BenchOptions } from '../options';
import { type BenchProgress, takeStep } from '../progress';
import { table } from '../report/markdown';
import type { Section } from '../report/section';
import { createDatabase } from '../stage/database';
import { publish } from '../stage/publish';
import type { Stage } from '../stage/stage';

const DEFAULT_EVENTS = 1_000_000;
const MEMORY_STEPS = 10;
const MEGABYTE = 1_048_576;
/** What takes less than this for an event is told in one sum. */
const SMALLEST_SHOWN_BYTES = 0.05;

interface MemoryStep {
  readonly passed: number;
  /** The most that any look since the step before has seen. */
  readonly peakBytes: number;
}

/** One long run: what an event takes on disk, and what the consumer takes in memory while it goes on. */
export async function measureStorage(stage: Stage, options: BenchOptions, progress: BenchProgress): Promise<Section[]> {
  const { events: records = DEFAULT_EVENTS, tracePath } = options;
  const workload = { name: 'uniform', records, endsAtMs: Date.now(), tracePath } as const;
  const published = await publish(stage, workload, 'bench.storage', progress);
  const database = await createDatabase(stage.databaseUrl, 'storage');
  try {
    const before = await vacuumedSizes(database.pool);
    const memory = new MemoryLog(records / MEMORY_STEPS);
    await takeStep(progress, `ours (${records} records)`, () =>
      consumeInto(database, stage, published, { look: (passed, [pid = 0]) => memory.look(passed, residentBytes(pid)) }),
    );
    const after = await takeStep(progress, 'vacuum', () => vacuumedSizes(database.pool));
    return [storageSection(before, after, records), memorySection(memory.steps)];
  } finally {
    await database.drop();
  }
}

class MemoryLog {
  readonly steps: MemoryStep[] = [];
  private peakBytes = 0;

  constructor(private readonly stepRecords: number) {}

  look(passed: number, bytes: number): void {
    this.peakBytes = Math.max(this.peakBytes, bytes);
    if (passed < (this.steps.length + 1) * this.stepRecords) return;
    this.steps.push({ passed, peakBytes: this.peakBytes });
    this.peakBytes = 0;
  }
}

function storageSection(before: readonly RelationSize[], after: readonly RelationSize[], records: number): Section {
  const grown = after.map((relation) => ({ ...relation, bytes: relation.bytes - sizeIn(before, relation) }));
  const shown = grown.filter(({ bytes }) => bytes / records >= SMALLEST_SHOWN_BYTES);
  const sum = (sizes: readonly RelationSize[]): number => sizes.reduce((total, { bytes }) => total + bytes, 0);
  const cells = (bytes: number): string[] => [(bytes / MEGABYTE).toFixed(1), (bytes / records).toFixed(1)];
  const rows = shown.map((relation) => [relation.table, relation.index ?? '(rows)', ...cells(relation.bytes)]);
  rows.push(['everything else', '', ...cells(sum(grown) - sum(shown))], ['**all**', '', ...cells(sum(grown))]);
  const text = [
    `After ${records.toLocaleString('en')} events of the uniform workload and a VACUUM: what the database has grown by.`,
    'Each row of the ledger holds the whole entry of the request log; identifiers are as long as real ones (UUIDs as event',
    'ids, `req_` and 24 letters; half of the requests with a session, 80 % with a user, 10 % with an attempt).',
    '',
    table(['table', 'index', 'MiB', 'bytes per event'], rows),
  ];
  return { title: 'Storage', text: text.join('\n') };
}

function sizeIn(sizes: readonly RelationSize[], { table: name, index }: RelationSize): number {
  return sizes.find((size) => size.table === name && size.index === index)?.bytes ?? 0;
}

function memorySection(steps: readonly MemoryStep[]): Section {
  const rows = steps.map(({ passed, peakBytes }) => [passed.toLocaleString('en'), (peakBytes / MEGABYTE).toFixed(0)]);
  const text = [
    'Resident memory of the one consumer process over the same run, the highest of 20 looks a second in each tenth:',
    '',
    table(['events applied', 'MiB'], rows),
  ];
  return { title: 'Memory', text: text.join('\n') };
}
