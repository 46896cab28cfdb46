import type { Instant } from '@floopy/domain';
import type { DeadLetterSelection, Operator } from '../dead-letters/letter-store';
import { LETTERS_AT_ONCE, type RedriveLettersPorts, redriveLetters } from '../dead-letters/redrive-letters';
import { type BatchRecord, type IngestPorts, ingestUsage } from '../usage/ingest-usage';
import type { FileSource, ReplayPlan } from './replay-plan';

/** How far a part of a plan has come. */
export interface ReplayProgress {
  /** The last dead letter that had its turn. */
  readonly afterLetter: number;
  readonly isDone: boolean;
}

export type ReplayState = 'planned' | 'applying' | 'applied' | 'cancelled';

/** What is kept of plans while they run. */
export interface ReplayRuns {
  /**
   * Notes that a plan begins, or goes on. When it begins, every partition that it reads again is claimed away from its
   * consumer, who claims it anew and goes on.
   * @returns null when it has ended before
   */
  begin(plan: ReplayPlan, operator: Operator): Promise<ReadonlyMap<number, ReplayProgress> | null>;
  /** @returns whether it goes on: false when it was cancelled meanwhile */
  saveProgress(planNumber: number, part: number, progress: ReplayProgress): Promise<boolean>;
  isCancelled(planNumber: number): Promise<boolean>;
  /** @returns whether it ends so: false when it was cancelled meanwhile */
  end(planNumber: number, operator: Operator): Promise<boolean>;
}

/** Lines of a file from one on and before another one, with the usage that they hold. */
export interface FileStretch {
  readonly from: number;
  readonly until: number;
  readonly records: readonly BatchRecord[];
}

/** The reading of a file, as a partition has one. */
export interface FileReading {
  /** Claims it for this process: whoever else reads the file can write no more. */
  claim(topic: string): Promise<{ readonly epoch: number; readonly nextOffset: number }>;
  /** Its lines from one on, in stretches that a transaction can take. */
  read(file: FileSource, from: number, appendedAt: Instant): AsyncIterable<FileStretch>;
}

export interface ApplyPorts {
  readonly runs: ReplayRuns;
  readonly redrive: RedriveLettersPorts;
  readonly ingest: IngestPorts;
  readonly files: FileReading;
  readonly stop: AbortSignal;
  /** Told how many records or lines had their turn. */
  readonly onProgress: (records: number) => void;
}

export type AppliedReplay =
  | { readonly type: 'applied' }
  /** It had ended before: nothing was done. */
  | { readonly type: 'ended' }
  | { readonly type: 'cancelled' }
  /** Somebody else has begun to read the same file. */
  | { readonly type: 'taken_over' };

/**
 * Runs a plan, from where it was left. What was passed before is applied at most once whatever happens: a dead letter is
 * resolved in the transaction that applies it, and a line of a file is passed in the one that makes something of it.
 * Prices and terms are those of now, so that more may be applied than was planned, or less.
 */
export async function applyReplay(ports: ApplyPorts, plan: ReplayPlan, operator: Operator): Promise<AppliedReplay> {
  const progress = await ports.runs.begin(plan, operator);
  if (progress === null) return { type: 'ended' };
  const { source } = plan;
  const broken =
    source.type === 'file'
      ? await applyFile(ports, plan, source)
      : await applyLetters(ports, plan, selectionsOf(plan), progress, operator);
  if (broken !== null) return broken;
  return (await ports.runs.end(plan.number, operator)) ? { type: 'applied' } : { type: 'cancelled' };
}

/** The dead letters that a plan is about, part by part: of a log, those that lie in its ranges. */
function selectionsOf({ source, plannedAt }: ReplayPlan): DeadLetterSelection[] {
  if (source.type === 'letters') return [{ ...source.selection, to: source.selection.to ?? plannedAt }];
  if (source.type === 'file') return [];
  const { topic, ranges } = source;
  return ranges.map(({ partition, from, until }) => ({ topic, partition, offsets: { from, to: until } }));
}

type Broken = Extract<AppliedReplay, { type: 'cancelled' | 'taken_over' }>;

async function applyLetters(
  { runs, redrive, stop, onProgress }: ApplyPorts,
  { number }: ReplayPlan,
  selections: readonly DeadLetterSelection[],
  begun: ReadonlyMap<number, ReplayProgress>,
  operator: Operator,
): Promise<Broken | null> {
  let letters = 0;
  for (const [part, selection] of selections.entries()) {
    let progress = begun.get(part) ?? { afterLetter: 0, isDone: false };
    while (!progress.isDone) {
      stop.throwIfAborted();
      const after = progress.afterLetter;
      const turn = await redriveLetters(redrive, { selection, operator, after, limit: LETTERS_AT_ONCE });
      letters += turn.letters;
      onProgress(letters);
      progress = { afterLetter: turn.next ?? after, isDone: turn.next === null };
      if (!(await runs.saveProgress(number, part, progress))) return { type: 'cancelled' };
    }
  }
  return null;
}

async function applyFile(
  { runs, ingest, files, stop, onProgress }: ApplyPorts,
  { number, plannedAt }: ReplayPlan,
  file: FileSource,
): Promise<Broken | null> {
  const { topic } = file;
  const { epoch, nextOffset } = await files.claim(topic);
  for await (const { from, until, records } of files.read(file, nextOffset, plannedAt)) {
    stop.throwIfAborted();
    if (await runs.isCancelled(number)) return { type: 'cancelled' };
    const batch = { topic, partition: 0, epoch, continuousFrom: from, continuousUntil: until, records };
    const [outcome] = await ingestUsage(ingest, [batch]);
    if (outcome?.type !== 'ingested') return { type: 'taken_over' };
    onProgress(until);
  }
  return null;
}
