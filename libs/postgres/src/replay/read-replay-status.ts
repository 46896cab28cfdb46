import type { ReplayPlan, ReplayState } from '@floopy/application';
import { type Instant, instantOfMilliseconds } from '@floopy/domain';
import { onlyRow, type Queries } from '../connection/queries';

/** One step of a plan's run, by whom and when. */
export interface ReplayStep {
  readonly kind: 'begun' | 'resumed' | 'applied' | 'cancelled';
  readonly takenAt: Instant;
  readonly takenBy: string;
  /** The act that it was written down as. */
  readonly actNumber: number | null;
}

/** What a plan has come to so far, counted from what was written when it happened. */
export interface ReplayStatus {
  readonly state: ReplayState;
  readonly steps: readonly ReplayStep[];
  readonly applied: number;
  readonly duplicates: number;
  readonly parked: number;
  /** Lines of a file that were passed; null of anything else. */
  readonly linesPassed: number | null;
}

interface StepRow {
  readonly kind: ReplayStep['kind'];
  readonly taken_at: Date;
  readonly taken_by: string;
  readonly act_number: string | null;
}

/** How far a plan has come, and what it has made of records. */
export async function readReplayStatus(queries: Queries, plan: ReplayPlan): Promise<ReplayStatus> {
  const rows = await queries.query<StepRow>({
    name: 'read_replay_history',
    text: `
      SELECT kind, taken_at, taken_by, act_number FROM replay_step WHERE plan_number = $1 ORDER BY step_key`,
    values: [plan.number],
  });
  const steps = rows.map((row) => ({
    kind: row.kind,
    takenAt: instantOfMilliseconds(row.taken_at.getTime()),
    takenBy: row.taken_by,
    actNumber: row.act_number === null ? null : Number(row.act_number),
  }));
  const counted = plan.source.type === 'file' ? countFile(queries, plan.source.topic) : countLetters(queries, plan);
  return { state: stateOf(steps), steps, ...(await counted) };
}

function stateOf(steps: readonly ReplayStep[]): ReplayState {
  const last = steps.findLast(({ kind }) => kind === 'applied' || kind === 'cancelled')?.kind;
  if (last === 'applied' || last === 'cancelled') return last;
  return steps.length === 0 ? 'planned' : 'applying';
}

type Counted = Omit<ReplayStatus, 'state' | 'steps'>;
type CountRow = Readonly<Record<'applied' | 'duplicates' | 'parked', string>>;

/** Letters by what the acts of this plan have made of them at last. */
async function countLetters(queries: Queries, { number }: ReplayPlan): Promise<Counted> {
  const rows = await queries.query<CountRow>({
    name: 'count_replayed_letters',
    text: `
      SELECT count(*) FILTER (WHERE kind = 'applied') AS applied, count(*) FILTER (WHERE kind = 'duplicate') AS duplicates,
             count(*) FILTER (WHERE kind = 'parked') AS parked
        FROM (SELECT DISTINCT ON (dead_letter_key) kind
                FROM dead_letter_step
               WHERE act_number IN (SELECT act_number FROM replay_step WHERE plan_number = $1)
               ORDER BY dead_letter_key, step_key DESC) AS last`,
    values: [number],
  });
  return { ...mapCounts(onlyRow(rows)), linesPassed: null };
}

/** Every reading of the same file is one reading: a second plan of it finds nothing left. */
async function countFile(queries: Queries, topic: string): Promise<Counted> {
  const rows = await queries.query<CountRow & { readonly passed: string }>({
    name: 'count_replayed_file',
    text: `
      SELECT coalesce(sum(applied), 0) AS applied, coalesce(sum(duplicates), 0) AS duplicates,
             coalesce(sum(parked), 0) AS parked, coalesce(sum(next_offset - first_offset), 0) AS passed
        FROM ingest_partition
       WHERE topic = $1`,
    values: [topic],
  });
  const row = onlyRow(rows);
  return { ...mapCounts(row), linesPassed: Number(row.passed) };
}

function mapCounts({ applied, duplicates, parked }: CountRow): Pick<Counted, 'applied' | 'duplicates' | 'parked'> {
  return { applied: Number(applied), duplicates: Number(duplicates), parked: Number(parked) };
}
