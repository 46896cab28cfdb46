import type { Operator, ReplayPlan, ReplayProgress, ReplayRuns } from '@floopy/application';
import { int4Array } from '../connection/binary-array';
import type { DatabasePool } from '../connection/pool';
import { type Queries, queriesOf } from '../connection/queries';
import { inTransaction } from '../connection/transaction';

type StepKind = 'begun' | 'resumed' | 'applied' | 'cancelled';

/** What is kept of plans while they run. Whoever takes a step holds the plan's row: steps are taken one after the other. */
export function createReplayRuns(pool: DatabasePool): ReplayRuns {
  return {
    begin: (plan, operator) =>
      inTransaction(pool, async (transaction) => {
        const kinds = await lockSteps(transaction, plan.number);
        if (isEnded(kinds)) return null;
        const isFirst = !kinds.includes('begun');
        if (isFirst) await claimAway(transaction, plan);
        await saveStep(transaction, plan.number, isFirst ? 'begun' : 'resumed', operator);
        return readProgress(transaction, plan.number);
      }),
    saveProgress: (planNumber, part, progress) =>
      inTransaction(pool, async (transaction) => {
        if (isEnded(await lockSteps(transaction, planNumber))) return false;
        await saveProgress(transaction, planNumber, part, progress);
        return true;
      }),
    isCancelled: async (planNumber) => (await readSteps(queriesOf(pool), planNumber)).includes('cancelled'),
    end: (planNumber, operator) => endReplay(pool, planNumber, 'applied', operator),
  };
}

/** Ends a plan for good: what it has applied stays. @returns false when it had ended otherwise before */
export function endReplay(
  pool: DatabasePool,
  planNumber: number,
  kind: 'applied' | 'cancelled',
  operator: Operator,
): Promise<boolean> {
  return inTransaction(pool, async (transaction) => {
    const kinds = await lockSteps(transaction, planNumber);
    if (isEnded(kinds)) return kinds.includes(kind);
    await saveStep(transaction, planNumber, kind, operator);
    return true;
  });
}

function isEnded(kinds: readonly StepKind[]): boolean {
  return kinds.includes('applied') || kinds.includes('cancelled');
}

/** A plan's own row may not even be locked by who may only insert and read: a lock of the transaction's stands for it. */
async function lockSteps(transaction: Queries, planNumber: number): Promise<StepKind[]> {
  await transaction.query({
    name: 'lock_replay_plan',
    text: 'SELECT pg_advisory_xact_lock(hashtextextended($1, 0))',
    values: [`replay_plan ${planNumber}`],
  });
  return readSteps(transaction, planNumber);
}

async function readSteps(queries: Queries, planNumber: number): Promise<StepKind[]> {
  const rows = await queries.query<{ kind: StepKind }>({
    name: 'read_replay_steps',
    text: 'SELECT kind FROM replay_step WHERE plan_number = $1',
    values: [planNumber],
  });
  return rows.map(({ kind }) => kind);
}

async function saveStep(
  transaction: Queries,
  planNumber: number,
  kind: StepKind,
  { name, actNumber }: Operator,
): Promise<void> {
  await transaction.query({
    name: 'save_replay_step',
    text: 'INSERT INTO replay_step (plan_number, kind, taken_by, act_number) VALUES ($1, $2, $3, $4)',
    values: [planNumber, kind, name, actNumber],
  });
}

/** Raises the epoch of every partition that is read again: what its consumer was about to write is dropped, and read anew. */
async function claimAway(transaction: Queries, { source }: ReplayPlan): Promise<void> {
  if (source.type !== 'log') return;
  await transaction.query({
    name: 'claim_away',
    text: `
      UPDATE ingest_partition AS claimed SET epoch = claimed.epoch + 1
       WHERE topic = $1 AND partition = ANY ($2::int4[])
         AND incarnation = (SELECT max(latest.incarnation) FROM ingest_partition AS latest
                             WHERE latest.topic = claimed.topic AND latest.partition = claimed.partition)`,
    values: [source.topic, int4Array(source.ranges.map(({ partition }) => partition))],
  });
}

interface ProgressRow {
  readonly part: number;
  readonly after_letter: string;
  readonly is_done: boolean;
}

async function readProgress(queries: Queries, planNumber: number): Promise<Map<number, ReplayProgress>> {
  const rows = await queries.query<ProgressRow>({
    name: 'read_replay_progress',
    text: 'SELECT part, after_letter, is_done FROM replay_progress WHERE plan_number = $1',
    values: [planNumber],
  });
  return new Map(
    rows.map(({ part, after_letter, is_done }) => [part, { afterLetter: Number(after_letter), isDone: is_done }]),
  );
}

async function saveProgress(
  transaction: Queries,
  planNumber: number,
  part: number,
  { afterLetter, isDone }: ReplayProgress,
): Promise<void> {
  await transaction.query({
    name: 'save_replay_progress',
    text: `
      INSERT INTO replay_progress (plan_number, part, after_letter, is_done)
      VALUES ($1, $2, $3, $4)
      ON CONFLICT (plan_number, part) DO UPDATE SET after_letter = excluded.after_letter, is_done = excluded.is_done`,
    values: [planNumber, part, afterLetter, isDone],
  });
}
