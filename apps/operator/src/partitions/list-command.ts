import { type ListedPartition, listPartitions, queriesOf } from '@floopy/postgres';
import type { Watermarks } from '@floopy/kafka';
import type { Command } from 'commander';
import { type Act, addLeaf, type Answer, type AnswerOptions, table } from '../command-line';
import type { Session } from '../session/session';
import { readLogBounds, usageTopicOf } from './usage-topic';

/** `partitions list`. */
export function addPartitionsList(partitions: Command, act: Act): void {
  addLeaf(partitions, {
    usage: 'list',
    description:
      'how far each partition is applied, what became of its records, where its log begins and ends, and which are halted',
    examples: ['partitions list', 'partitions list --json'],
  }).action((options: AnswerOptions) => act(options, list));
}

async function list(session: Session): Promise<Answer> {
  const topic = usageTopicOf(session);
  const logs = await readLogBounds(session, topic);
  const partitions = await listPartitions(queriesOf(await session.database()), topic);
  return {
    json: { topic, partitions: partitions.map((partition) => jsonOf(partition, logs)) },
    text: partitions.length === 0 ? `nobody has read ${topic} yet` : textOf(partitions, logs),
  };
}

function jsonOf(listed: ListedPartition, logs: ReadonlyMap<number, Watermarks>): object {
  const { partition, incarnation, firstOffset, nextOffset, applied, duplicates, parked, skipped, halted } = listed;
  const log = logs.get(partition);
  return {
    partition,
    incarnation,
    first_offset: firstOffset,
    next_offset: nextOffset,
    log_start: log?.low ?? null,
    log_end: log?.high ?? null,
    applied,
    duplicates,
    parked,
    skipped,
    halted,
  };
}

const HEADER = ['PARTITION', 'FROM', 'NEXT', 'LOG', 'APPLIED', 'DUPLICATES', 'PARKED', 'SKIPPED', 'HALTED'];

function textOf(partitions: readonly ListedPartition[], logs: ReadonlyMap<number, Watermarks>): string {
  return table([
    HEADER,
    ...partitions.map((listed) => {
      const { partition, incarnation, firstOffset, nextOffset, applied, duplicates, parked, skipped } = listed;
      const log = logs.get(partition);
      const name = incarnation === 1 ? String(partition) : `${partition} (incarnation ${incarnation})`;
      const bounds = log === undefined ? 'none' : `${log.low}-${log.high}`;
      const counts = [firstOffset, nextOffset, bounds, applied, duplicates, parked, skipped].map(String);
      return [name, ...counts, listed.halted ?? ''];
    }),
  ]);
}
