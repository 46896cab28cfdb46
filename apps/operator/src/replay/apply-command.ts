import { type AppliedReplay, applyReplay, type FileSource, type ReplayPlan } from '@floopy/application';
import { decodeKeptRecord } from '@floopy/contracts';
import {
  claimPartition,
  createIngestStore,
  createLetterStore,
  createRedriveStore,
  createReplayRuns,
  type DatabasePool,
  PriceBookMemory,
  queriesOf,
  readReplayStatus,
} from '@floopy/postgres';
import { sha256, systemClock } from '@floopy/runtime';
import type { Command } from 'commander';
import { type Act, addLeaf, type Answer, type AnswerOptions } from '../command-line';
import { operatorOf } from '../dead-letters/selection-options';
import { EXIT_CODE, WrongUsage } from '../session/faults';
import type { Session } from '../session/session';
import { readFileRecords } from './file-records';
import { planJson, planText } from './plan-view';
import { planArgument, requirePlan, statusJson, statusText } from './status-command';
import { examineUsageFile } from './usage-file';

interface ApplyOptions extends AnswerOptions {
  readonly file?: string;
  readonly dryRun?: boolean;
}

/** `replay apply <plan>`. */
export function addApply(replay: Command, act: Act): void {
  addLeaf(replay, {
    usage: 'apply',
    description:
      'run a plan while everything goes on; what was applied stays applied once, and an interrupted run goes on',
    examples: ['replay apply 7', 'replay apply 7 --dry-run', 'replay apply 8 --file moved/events.jsonl --json'],
    dryRun: 'show the plan without running it',
    planArgument: 'plan',
  })
    .argument('<plan>', 'its number, as replay plan and replay status show it', planArgument)
    .option('--file <file>', 'where the file of the plan lies now')
    .action((number: number, options: ApplyOptions) => act(options, (session) => apply(session, number, options)));
}

async function apply(session: Session, number: number, options: ApplyOptions): Promise<Answer> {
  const pool = await session.database();
  const plan = await atItsPlace(await requirePlan(queriesOf(pool), number), options.file);
  if (options.dryRun === true) {
    return { json: { plan: number, state: 'would_be_applied', ...planJson(plan) }, text: planText(plan).join('\n') };
  }
  const applied = await run(session, pool, plan);
  return answerOf(plan, applied, await readReplayStatus(queriesOf(pool), plan));
}

/** @throws WrongUsage when the file is not the one that was planned */
async function atItsPlace(plan: ReplayPlan, movedTo: string | undefined): Promise<ReplayPlan> {
  const { source } = plan;
  if (source.type !== 'file') {
    if (movedTo === undefined) return plan;
    throw new WrongUsage(`Plan ${plan.number} reads no file: leave --file out.`);
  }
  const found = await examineUsageFile(movedTo ?? source.path);
  if (found.digest === source.digest) return { ...plan, source: found };
  throw new WrongUsage(`${found.path} is another file than the one that was planned: plan it anew.`);
}

async function run(session: Session, pool: DatabasePool, plan: ReplayPlan): Promise<AppliedReplay> {
  const total = plan.source.type === 'file' ? plan.source.lines : null;
  const progress = session.showProgress({ task: 'applying', unit: total === null ? 'dead letters' : 'lines', total });
  const prices = new PriceBookMemory();
  const terms = { clock: systemClock, sha256 };
  try {
    return await applyReplay(
      {
        runs: createReplayRuns(pool),
        redrive: {
          store: createRedriveStore(pool, prices),
          letters: createLetterStore(pool),
          decode: decodeKeptRecord,
          onProgress: () => undefined,
          ...terms,
        },
        ingest: { store: createIngestStore(pool, prices, sha256), ...terms },
        files: {
          claim: (topic) => claimPartition(queriesOf(pool), topic, 0, 0),
          read: (file: FileSource, from, appendedAt) => readFileRecords(file, from, appendedAt),
        },
        stop: session.stop,
        onProgress: (records) => progress.reach(records),
      },
      plan,
      operatorOf(session),
    );
  } finally {
    progress.end();
  }
}

function answerOf(plan: ReplayPlan, { type }: AppliedReplay, status: Parameters<typeof statusJson>[1]): Answer {
  const json = statusJson(plan, status);
  const text = statusText(plan, status);
  switch (type) {
    case 'applied':
      return { json, text };
    case 'ended':
      return { json, text: `${text}\nIt had ended before: nothing was done.`, ...ended(status.state) };
    case 'cancelled':
      return { json, text: `${text}\nIt was cancelled meanwhile.`, exitCode: EXIT_CODE.foundWrong };
    case 'taken_over':
      return { json, text: `${text}\nSomebody else reads this file now.`, exitCode: EXIT_CODE.foundWrong };
  }
}

/** To apply what is applied is no fault; to apply what was cancelled is. */
function ended(state: string): Pick<Answer, 'exitCode'> {
  return state === 'cancelled' ? { exitCode: EXIT_CODE.foundWrong } : {};
}
