import { listPartitions, queriesOf, resumePartition } from '@floopy/postgres';
import type { Command } from 'commander';
import { type Act, addLeaf, type Answer, type AnswerOptions, wholeNumber } from '../command-line';
import { reasonOption } from '../corrections/reverse-command';
import { WrongUsage } from '../session/faults';
import type { Session } from '../session/session';
import { decideResumption, type HaltedPosition, type Resumption } from './decide-resumption';
import { readLogBounds, usageTopicOf } from './usage-topic';

interface ResumeOptions extends AnswerOptions {
  readonly reason: string;
  readonly gone?: number;
  readonly anew?: boolean;
  readonly dryRun?: boolean;
}

const LAST_PARTITION = 99_999;
const MOST_GONE = 1_000_000_000_000;

/** `partitions resume <partition>`. */
export function addPartitionsResume(partitions: Command, act: Act): void {
  addLeaf(partitions, {
    usage: 'resume',
    description:
      'have a halted partition read on, within seconds and without a restart: where it was, behind what is gone, or at the ' +
      'beginning of a log that was made anew',
    examples: [
      'partitions resume 3 --reason "the brokers were the wrong ones" --dry-run',
      'partitions resume 3 --gone 2 --reason "retention took them, their producers send them again"',
      'partitions resume 3 --anew --reason "the cluster was lost"',
    ],
    dryRun: 'tell where it would go on',
  })
    .argument('<partition>', 'its number', wholeNumber(0, LAST_PARTITION))
    .requiredOption('--reason <text>', 'why; it is kept with who did it', reasonOption)
    .option('--gone <n>', 'so many offsets were never applied and are no more in the log', wholeNumber(1, MOST_GONE))
    .option('--anew', 'the log is another one than was read')
    .action((partition: number, options: ResumeOptions) =>
      act(options, (session) => resume(session, partition, options)),
    );
}

async function resume(session: Session, partition: number, options: ResumeOptions): Promise<Answer> {
  const topic = usageTopicOf(session);
  const log = (await readLogBounds(session, topic)).get(partition);
  if (log === undefined) throw new WrongUsage(`The brokers have no partition ${partition} of ${topic}.`);
  const queries = queriesOf(await session.database());
  const position = (await listPartitions(queries, topic)).findLast((listed) => listed.partition === partition);
  if (position === undefined) throw new WrongUsage(`Nobody has read partition ${partition} of ${topic} yet.`);
  const { gone, anew: isAnew = false, dryRun = false } = options;
  const resumption = decideResumption(position, log, { isAnew, ...(gone === undefined ? {} : { gone }) });
  const { beginsAt } = resumption;
  if (dryRun) return answerOf('would_be_resumed', topic, position, resumption);
  const incarnation = await resumePartition(queries, { topic, partition, haltedAt: position.nextOffset, beginsAt });
  if (incarnation === null)
    throw new WrongUsage(`Partition ${partition} was resumed by somebody else meanwhile: look at "partitions list".`);
  return answerOf('resumed', topic, position, resumption);
}

function answerOf(state: string, topic: string, position: HaltedPosition, { beginsAt, gone }: Resumption): Answer {
  const { partition, nextOffset, halted } = position;
  const at = beginsAt ?? nextOffset;
  const without = gone === 0 ? '' : `, without offsets ${nextOffset} to ${at - 1}, which were never applied`;
  return {
    json: { state, topic, partition, was_halted: halted, at, gone },
    text: `partition ${partition} of ${topic} ${state.replaceAll('_', ' ')} at offset ${at}${without}`,
  };
}
