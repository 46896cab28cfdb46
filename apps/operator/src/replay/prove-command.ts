import {
  type Difference,
  type OffsetRange,
  type Proof,
  proveReplay,
  readableOffsets,
  type ReadableOffsets,
  type ReadRecords,
} from '@floopy/application';
import { decodeKeptRecord, TOPICS } from '@floopy/contracts';
import { readRanges } from '@floopy/kafka';
import { inProofSnapshot } from '@floopy/postgres';
import { sha256, systemClock } from '@floopy/runtime';
import type { Command } from 'commander';
import { type Act, addLeaf, type Answer, type AnswerOptions, table, wholeNumber } from '../command-line';
import { EXIT_CODE } from '../session/faults';
import type { Session } from '../session/session';
import { decodeMessage } from './decode-message';
import { type LogSelection, MAX_PARTITION, placeOption, selectOffsets, standingsOf } from './log-place';
import { leftOutText, rangeJson } from './plan-view';

type ProveOptions = AnswerOptions & LogSelection;

/** `replay prove`: decides retained records again in memory, and compares with the ledger entry by entry. */
export function addProve(replay: Command, act: Act): void {
  addLeaf(replay, {
    usage: 'prove',
    description:
      'decide retained records again from scratch, in memory, and compare entry by entry with the ledger; exit 1 on a difference',
    examples: [
      'replay prove --from earliest',
      'replay prove --from 2026-11-23T00:00:00Z --to 2026-11-24T00:00:00Z --json',
      'replay prove --partition 3 --from 120000',
    ],
  })
    .requiredOption('--from <place>', 'earliest, an offset, or a time of the broker', placeOption)
    .option('--to <place>', 'an offset or a time that is no more included (default: all that was passed)', placeOption)
    .option('--partition <n>', 'only this one', wholeNumber(0, MAX_PARTITION))
    .option('--topic <topic>', 'the usage topic', TOPICS.usageRecorded.name)
    .action((options: ProveOptions) =>
      act(options, async (session) => {
        const startedMs = performance.now();
        const proven = await prove(session, options);
        return answerOf(options.topic, proven, (performance.now() - startedMs) / 1_000);
      }),
    );
}

interface Proven {
  readonly proof: Proof;
  readonly offsets: ReadableOffsets;
}

async function prove(session: Session, selection: LogSelection): Promise<Proven> {
  const pool = await session.database();
  return inProofSnapshot(pool, selection.topic, async (snapshot, partitions) => {
    // Asked after the snapshot was taken: what was passed by then is in the log, unless it is gone.
    const selected = await selectOffsets(session, selection);
    const offsets = readableOffsets(selected.asked, standingsOf(selected, partitions));
    const total = offsets.readable.reduce((sum, { from, until }) => sum + until - from, 0);
    const progress = session.showProgress({ task: 'proving', unit: 'records', total });
    try {
      const ports = {
        snapshot,
        readRecords: await recordsOf(session, selection.topic, offsets.readable),
        decode: decodeKeptRecord,
        sha256,
        clock: systemClock,
        onProgress: (records: number) => progress.reach(records),
      };
      return { proof: await proveReplay(ports, { partitions, readable: offsets.readable }), offsets };
    } finally {
      progress.end();
    }
  });
}

async function recordsOf(session: Session, topic: string, ranges: readonly OffsetRange[]): Promise<ReadRecords> {
  const kafka = await session.kafka();
  return (take) =>
    readRanges(kafka, {
      topic,
      ranges,
      take: ({ messages, ...stretch }) => take({ ...stretch, records: messages.map(decodeMessage) }),
      stop: session.stop,
    });
}

function answerOf(topic: string, { proof, offsets }: Proven, seconds: number): Answer {
  const { ok, checked, ranges, differences, differenceCount } = proof;
  const leftOut = differenceCount - differences.length;
  const gone = [...offsets.gone, ...proof.lost];
  const rate = Math.round(checked.records / Math.max(seconds, 0.001));
  const json = {
    ok,
    topic,
    checked,
    partitions: ranges.map(({ until, isWhole, ...range }) => ({ ...range, to: until, whole: isWhole })),
    gone: gone.map(rangeJson),
    before_the_first: offsets.before.map(rangeJson),
    not_passed_yet: offsets.ahead.map(rangeJson),
    differences: differences.map(differenceJson),
    ...(leftOut === 0 ? {} : { differences_left_out: leftOut }),
    seconds: Math.round(seconds * 1_000) / 1_000,
    records_per_second: rate,
  };
  const summary =
    `${checked.records} records, ${checked.entries} entries and ${checked.parked} dead letters decided again ` +
    `in ${seconds.toFixed(1)} s (${rate} records/s)`;
  const notes = leftOutText({ ...offsets, gone });
  if (ok) return { json, text: [`equal: ${summary}`, ...notes].join('\n') };
  const rows = differences.map(rowOf);
  const listed = table([
    ['KIND', 'ORGANIZATION', 'POSITION', 'PARTITION', 'OFFSET', 'SUBJECT', 'EXPECTED', 'FOUND'],
    ...rows,
  ]);
  const more = leftOut === 0 ? [] : [`… and ${leftOut} more`];
  const text = [`NOT EQUAL, ${differenceCount} differences: ${summary}`, ...notes, '', listed, ...more].join('\n');
  return { json, text, exitCode: EXIT_CODE.foundWrong };
}

function differenceJson({ organizationId, ...difference }: Difference) {
  return { ...(organizationId === undefined ? {} : { organization_id: organizationId }), ...difference };
}

function rowOf({ kind, organizationId, position, partition, offset, subject, expected, found }: Difference): string[] {
  const texts = [organizationId, position, partition, offset, subject].map((value) => String(value ?? ''));
  return [kind, ...texts, expected, found];
}
