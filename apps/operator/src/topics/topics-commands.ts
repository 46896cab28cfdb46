import { TOPICS } from '@floopy/contracts';
import { applyTopics, readTopics, type TopicFinding } from '@floopy/kafka';
import type { Command } from 'commander';
import { type Act, addLeaf, type Answer, type AnswerOptions } from '../command-line';
import { EXIT_CODE } from '../session/faults';

const DECLARED = Object.values(TOPICS);

interface ApplyOptions extends AnswerOptions {
  readonly dryRun?: boolean;
}

/** `topics apply|status`: the topics that the contract declares, on the broker. */
export function addTopics(program: Command, act: Act): void {
  const topics = program.command('topics').description('the Kafka topics that the contract declares');
  addLeaf(topics, {
    usage: 'apply',
    description: 'create the topics that are missing; one that differs is reported and left alone',
    examples: ['topics apply', 'topics apply --dry-run --json'],
    dryRun: 'tell which topics would be created',
  }).action((options: ApplyOptions) =>
    act(options, async (session) => {
      const kafka = await session.kafka();
      if (options.dryRun === true) return answerOf(await readTopics(kafka, DECLARED), []);
      const { created, findings } = await applyTopics(kafka, DECLARED);
      return answerOf(findings, created);
    }),
  );
  addLeaf(topics, {
    usage: 'status',
    description: 'compare the topics on the broker with their declaration; exit 1 when one is missing or differs',
    examples: ['topics status', 'topics status --json'],
  }).action((options: AnswerOptions) =>
    act(options, async (session) => {
      const findings = await readTopics(await session.kafka(), DECLARED);
      const isWrong = findings.some(({ type }) => type !== 'as_declared');
      return { ...answerOf(findings, []), ...(isWrong ? { exitCode: EXIT_CODE.foundWrong } : {}) };
    }),
  );
}

function answerOf(findings: readonly TopicFinding[], created: readonly string[]): Answer {
  const topics = findings.map((finding) => ({
    name: finding.name,
    state: created.includes(finding.name) ? 'created' : finding.type,
    drift: finding.type === 'drifted' ? finding.drift : [],
  }));
  const lines = topics.flatMap(({ name, state, drift }) => [
    `${state.padEnd(12)} ${name}`,
    ...drift.map(({ setting, declared, found }) => `             ${setting}: declared ${declared}, found ${found}`),
  ]);
  const hasDrifted = findings.some(({ type }) => type === 'drifted');
  return { json: { topics }, text: lines.join('\n'), ...(hasDrifted ? { exitCode: EXIT_CODE.foundWrong } : {}) };
}
