import { existsSync } from 'node:fs';
import {
  type BatchRecord,
  type DeadLetterSelection,
  type DraftedPlan,
  type PlanPorts,
  planLetters,
  planLog,
  planRecords,
  readableOffsets,
} from '@floopy/application';
import { decodeKeptRecord, TOPICS } from '@floopy/contracts';
import { DEAD_LETTER_REASONS, type DeadLetterReason, type Instant } from '@floopy/domain';
import { readRanges } from '@floopy/kafka';
import {
  createLetterStore,
  createRehearsalStore,
  createSettlingRehearsal,
  PriceBookMemory,
  queriesOf,
  readPassedRecords,
  readTopicPartitions,
  saveReplayPlan,
} from '@floopy/postgres';
import { sha256, systemClock } from '@floopy/runtime';
import { type Command, Option } from 'commander';
import { type Act, addLeaf, type Answer, type AnswerOptions, identifierArgument, wholeNumber } from '../command-line';
import { operatorOf } from '../dead-letters/selection-options';
import { EXIT_CODE, WrongUsage } from '../session/faults';
import type { Session } from '../session/session';
import { decodeMessage } from './decode-message';
import { readFileRecords } from './file-records';
import { type LogPlace, MAX_PARTITION, placeIn, placeOption, selectOffsets, standingsOf } from './log-place';
import { planJson, planText } from './plan-view';
import { examineUsageFile } from './usage-file';

interface PlanOptions extends AnswerOptions {
  readonly from: string;
  readonly to?: LogPlace;
  readonly topic?: string;
  readonly partition?: number;
  readonly reason?: DeadLetterReason;
  readonly organization?: string;
  readonly dryRun?: boolean;
}

const DEAD_LETTERS = 'dead-letters';

/** `replay plan`: decides everything in a trial, says what would become of it, and keeps the plan. */
export function addPlan(replay: Command, act: Act): void {
  addLeaf(replay, {
    usage: 'plan',
    description:
      'say what reading usage again would do, and keep that as a plan which "replay apply" runs; nothing is applied',
    examples: [
      'replay plan --from earliest',
      'replay plan --from 2026-11-23T00:00:00Z --to 2026-11-24T00:00:00Z --partition 3',
      'replay plan --from events.jsonl',
      'replay plan --from org_acme-export.jsonl --dry-run',
      'replay plan --from dead-letters --reason unknown_organization --json',
    ],
    dryRun: 'say the same without keeping a plan',
  })
    .requiredOption(
      '--from <place>',
      'earliest, an offset or a time of the log; a file of CloudEvents, one a line, or a ledger export; or dead-letters',
    )
    .option('--to <place>', 'of the log: an offset or a time that is no more included', placeOption)
    .option('--partition <n>', 'of the log: only this partition', wholeNumber(0, MAX_PARTITION))
    .option('--topic <topic>', `of the log, or of dead letters (default of the log: ${TOPICS.usageRecorded.name})`)
    .addOption(new Option('--reason <code>', 'of dead letters: parked for this reason').choices(DEAD_LETTER_REASONS))
    .option('--organization <id>', 'of dead letters: that name this organization', identifierArgument)
    .action((options: PlanOptions) => act(options, (session) => plan(session, options)));
}

async function plan(session: Session, options: PlanOptions): Promise<Answer> {
  const plannedAt = systemClock();
  const drafted = await draft(session, options, plannedAt);
  const isTrial = options.dryRun === true;
  const { name: plannedBy, actNumber } = operatorOf(session);
  const number = isTrial
    ? null
    : await saveReplayPlan(queriesOf(await session.database()), drafted, { plannedAt, plannedBy, actNumber });
  const isWrong = drafted.records.some(({ outcome }) => outcome === 'unaccounted');
  return {
    json: { plan: number, state: isTrial ? 'would_be_planned' : 'planned', ...planJson(drafted) },
    text: [
      ...planText(drafted),
      number === null ? 'Nothing was kept.' : `Plan ${number} is kept: "replay apply ${number}" runs it.`,
    ].join('\n'),
    ...(isWrong ? { exitCode: EXIT_CODE.foundWrong } : {}),
  };
}

function draft(session: Session, options: PlanOptions, plannedAt: Instant): Promise<DraftedPlan> {
  const { from } = options;
  if (from === DEAD_LETTERS) return draftLetters(session, options);
  if (options.reason !== undefined || options.organization !== undefined) {
    throw new WrongUsage('--reason and --organization choose dead letters: they go with --from dead-letters.');
  }
  const place = placeIn(from);
  if (place !== null) return draftLog(session, options, place);
  if (existsSync(from)) return draftFile(session, options, plannedAt);
  throw new WrongUsage(
    `--from ${from} is neither a place in the log (earliest, an offset, an RFC 3339 time), nor a file, nor dead-letters.`,
  );
}

const NOTHING_LEFT_OUT = { gone: [], ahead: [], before: [] };

async function draftLetters(session: Session, options: PlanOptions): Promise<DraftedPlan> {
  if (options.to !== undefined) throw new WrongUsage('--to is of the log: it does not go with --from dead-letters.');
  const { reason, organization, topic, partition } = options;
  const selection: DeadLetterSelection = {
    ...(reason === undefined ? {} : { reason }),
    ...(organization === undefined ? {} : { organizationId: organization }),
    ...(topic === undefined ? {} : { topic }),
    ...(partition === undefined ? {} : { partition }),
  };
  const records = await rehearsing(session, null, (ports) => planLetters(ports, selection));
  return { source: { type: 'letters', selection }, records, leftOut: NOTHING_LEFT_OUT };
}

async function draftFile(session: Session, options: PlanOptions, plannedAt: Instant): Promise<DraftedPlan> {
  const { to, topic, partition } = options;
  if (to !== undefined || topic !== undefined || partition !== undefined) {
    throw new WrongUsage('A file is read as a whole: --to, --topic and --partition are of the log.');
  }
  const source = await examineUsageFile(options.from);
  async function* batches(): AsyncGenerator<readonly BatchRecord[]> {
    for await (const { records } of readFileRecords(source, 0, plannedAt)) yield records;
  }
  const records = await rehearsing(session, source.lines, (ports) => planRecords(ports, batches()));
  return { source, records, leftOut: NOTHING_LEFT_OUT };
}

async function draftLog(session: Session, options: PlanOptions, from: LogPlace): Promise<DraftedPlan> {
  const { topic = TOPICS.usageRecorded.name, partition, to } = options;
  const partitions = await readTopicPartitions(queriesOf(await session.database()), topic);
  const selected = await selectOffsets(session, {
    topic,
    from,
    ...(to === undefined ? {} : { to }),
    ...(partition === undefined ? {} : { partition }),
  });
  const { readable: ranges, ...leftOut } = readableOffsets(selected.asked, standingsOf(selected, partitions));
  const total = ranges.reduce((sum, range) => sum + range.until - range.from, 0);
  const kafka = await session.kafka();
  const records = await rehearsing(session, total, (ports) =>
    planLog(ports, partitions, (take) =>
      readRanges(kafka, {
        topic,
        ranges,
        take: ({ messages, ...stretch }) => take({ ...stretch, records: messages.map(decodeMessage) }),
        stop: session.stop,
      }),
    ),
  );
  return { source: { type: 'log', topic, ranges }, records, leftOut };
}

async function rehearsing<Result>(
  session: Session,
  total: number | null,
  work: (ports: PlanPorts) => Promise<Result>,
): Promise<Result> {
  const pool = await session.database();
  const prices = new PriceBookMemory();
  const progress = session.showProgress({ task: 'planning', unit: 'records', total });
  try {
    return await work({
      store: createRehearsalStore(pool, prices),
      letters: createLetterStore(pool),
      rehearse: createSettlingRehearsal(pool, prices),
      readPassed: (ingestPartition, records) => readPassedRecords(queriesOf(pool), ingestPartition, records),
      decode: decodeKeptRecord,
      clock: systemClock,
      sha256,
      onProgress: (records) => {
        session.stop.throwIfAborted();
        progress.reach(records);
      },
    });
  } finally {
    progress.end();
  }
}
