import { randomInt } from 'node:crypto';
import { TOPICS } from '@floopy/contracts';
import { isIdentifier } from '@floopy/domain';
import { topicExists } from '@floopy/kafka';
import { listOrganizations, queriesOf } from '@floopy/postgres';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Act, addLeaf, type Answer, type AnswerOptions, identifierArgument, wholeNumber } from '../command-line';
import { EXIT_CODE, WrongUsage } from '../session/faults';
import type { Session } from '../session/session';
import { readAzureTrace } from './azure-trace';
import { generateUsage, USUAL_MODELS } from './generate-usage';
import { readJsonlUsage } from './jsonl-usage';
import { type Manifest, openManifest } from './manifest';
import { type Published, publishUsage } from './publish-usage';
import { RandomNumbers } from './random-numbers';
import type { UsageSource } from './usage-source';

const FORMATS = ['jsonl', 'azure-llm-2023', 'generate'] as const;
const DEFAULT_MODEL = { provider: 'openai', model: 'gpt-4o' };
const MAX_COUNT = 1_000_000_000;
const MAX_RATE = 1_000_000;
const MAX_SEED = 0xffff_ffff;

interface PublishOptions extends AnswerOptions {
  readonly format: (typeof FORMATS)[number];
  readonly file?: string;
  /** How many of those that exist, or which. */
  readonly organizations?: number | readonly string[];
  readonly rate?: number;
  readonly count?: number;
  readonly duplicates: number;
  readonly provider?: string;
  readonly model?: string;
  readonly seed?: number;
  readonly from?: Date;
  readonly manifest?: string;
  readonly topic: string;
  readonly dryRun?: boolean;
}

/** `publish`: sends usage through the producers' own client, from a file, a recorded trace, or a generator. */
export function addPublish(program: Command, act: Act): void {
  addLeaf(program, {
    usage: 'publish',
    description: 'publish usage events from a file, a recorded trace or a generator',
    examples: [
      'publish --format generate --rate 5 --organizations org_acme,org_globex',
      'publish --format generate --count 200000 --duplicates 10 --seed 7 --manifest ids.jsonl',
      'publish --format azure-llm-2023 --file AzureLLMInferenceTrace_conv.csv --organizations 50',
      'publish --format jsonl --file events.jsonl --dry-run',
    ],
    dryRun: 'read everything without sending it',
  })
    .addOption(new Option('--format <format>', 'where usage comes from').choices(FORMATS).makeOptionMandatory())
    .option('--file <file>', 'for jsonl: CloudEvents, one a line; for azure-llm-2023: the CSV file')
    .option(
      '--organizations <n or ids>',
      'the first n that exist, or a list of ids (default: all)',
      organizationsOption,
    )
    .option('--rate <n>', 'events a second (default: as fast as the broker takes them)', wholeNumber(1, MAX_RATE))
    .option('--count <n>', 'how many distinct events (default: all, or endless)', wholeNumber(1, MAX_COUNT))
    .option('--duplicates <percent>', 'how many of a hundred are sent twice', wholeNumber(0, 100), 0)
    .option('--provider <provider>', `(default: ${DEFAULT_MODEL.provider})`, identifierArgument)
    .option(
      '--model <model>',
      'the model that answered (default: gpt-4o; generate draws from several)',
      identifierArgument,
    )
    .option('--seed <n>', 'for generate: the same seed plays the same usage', wholeNumber(0, MAX_SEED))
    .option(
      '--from <time>',
      'for generate: with --seed, times follow from it and the very same events are sent',
      dateOption,
    )
    .option('--manifest <file>', 'write the id of every distinct event')
    .option('--topic <topic>', 'the usage topic', TOPICS.usageRecorded.name)
    .action((options: PublishOptions) => act(options, (session) => publish(session, options)));
}

async function publish(session: Session, options: PublishOptions): Promise<Answer> {
  const seed = options.seed ?? randomInt(MAX_SEED);
  const source = limited(await sourceOf(session, options, seed), options.count);
  if (options.dryRun === true) {
    if (options.format === 'generate' && options.count === undefined)
      throw new WrongUsage('--dry-run needs a --count.');
    return dryRun(session, source);
  }
  const kafka = await session.kafkaConnection();
  await requireTopic(session, options.topic);
  const manifest: Manifest | null = options.manifest === undefined ? null : await openManifest(options.manifest);
  if (options.format === 'generate' || options.duplicates > 0) session.note(`seed ${seed}`);
  const progress = session.showProgress({ task: 'publishing', unit: 'events', total: source.total });
  try {
    const published = await publishUsage(source, {
      kafka,
      topic: options.topic,
      ratePerSecond: options.rate ?? null,
      duplicatesPercent: options.duplicates,
      random: new RandomNumbers(seed, 2),
      onProgress: (distinct) => progress.reach(distinct),
      onOutcome: (usage, outcome) => manifest?.add(usage, outcome),
      stop: session.stop,
    });
    return answerOf(published);
  } finally {
    progress.end();
    await manifest?.close();
  }
}

/** Without it every event would be tried for two minutes, as if a broker were away. */
async function requireTopic(session: Session, topic: string): Promise<void> {
  if (await topicExists(await session.kafka(), topic)) return;
  throw new WrongUsage(`There is no topic ${topic}; "topics apply" creates those of the contract.`);
}

async function sourceOf(session: Session, options: PublishOptions, seed: number): Promise<UsageSource> {
  const { format, provider, model } = options;
  if (format === 'jsonl') return readJsonlUsage(requireFile(options));
  if (format === 'azure-llm-2023') {
    const file = requireFile(options);
    const organizationIds = await organizationsOf(session, options.organizations);
    return readAzureTrace({
      file,
      organizationIds,
      provider: provider ?? DEFAULT_MODEL.provider,
      model: model ?? DEFAULT_MODEL.model,
    });
  }
  if (options.from !== undefined && options.seed === undefined) throw new WrongUsage('--from needs a --seed.');
  const asked = { provider: provider ?? DEFAULT_MODEL.provider, model: model ?? DEFAULT_MODEL.model };
  return generateUsage({
    organizationIds: await organizationsOf(session, options.organizations),
    seed,
    count: options.count ?? null,
    from: options.from ?? null,
    models: provider === undefined && model === undefined ? USUAL_MODELS : [asked],
  });
}

function requireFile({ format, file }: PublishOptions): string {
  if (file === undefined) throw new WrongUsage(`--format ${format} needs a --file.`);
  return file;
}

async function organizationsOf(session: Session, asked: PublishOptions['organizations']): Promise<readonly string[]> {
  if (asked !== undefined && typeof asked !== 'number') return asked;
  const listed = await listOrganizations(queriesOf(await session.database()));
  const wanted = asked ?? listed.length;
  if (listed.length >= wanted && wanted > 0) return listed.slice(0, wanted).map(({ organization }) => organization.id);
  throw new WrongUsage(`There are ${listed.length} organizations, too few; "organizations create" makes more.`);
}

/** The first `count` of a source. */
function limited(source: UsageSource, count: number | undefined): UsageSource {
  if (count === undefined) return source;
  const { total, usages } = source;
  return { total: total === null ? count : Math.min(total, count), usages: first(usages, count) };
}

async function* first<Value>(values: AsyncIterable<Value> | Iterable<Value>, count: number): AsyncGenerator<Value> {
  let taken = 0;
  for await (const value of values) {
    yield value;
    taken += 1;
    if (taken === count) return;
  }
}

async function dryRun(session: Session, source: UsageSource): Promise<Answer> {
  let events = 0;
  const ids: string[] = [];
  for await (const { id } of source.usages) {
    if (session.stop.aborted) break;
    if (events === 0) ids.push(id);
    ids[1] = id;
    events += 1;
  }
  const json = { sent: 0, would_be_sent: events, seconds: 0, first_id: ids[0] ?? null, last_id: ids[1] ?? null };
  return { json, text: `${events} events would be published, from ${ids[0] ?? 'none'} to ${ids[1] ?? 'none'}` };
}

function answerOf({ sent, distinct, failed, seconds, firstId, lastId }: Published): Answer {
  const rounded = Math.round(seconds * 1_000) / 1_000;
  const rate = Math.round(sent / Math.max(seconds, 0.001));
  const json = { sent, seconds: rounded, first_id: firstId, last_id: lastId, distinct, failed };
  const text = `${sent} records sent of ${distinct} events in ${rounded} s (${rate}/s), from ${firstId} to ${lastId}`;
  if (failed === 0) return { json, text };
  return { json, text: `${text}\nKafka did not confirm ${failed} of them.`, exitCode: EXIT_CODE.notReachable };
}

function organizationsOption(text: string): number | readonly string[] {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  const ids = text.split(',').map((id) => id.trim());
  if (ids.every(isIdentifier)) return ids;
  throw new InvalidArgumentError('It must be a number, or ids separated by commas.');
}

function dateOption(text: string): Date {
  const date = new Date(text);
  if (!Number.isNaN(date.getTime())) return date;
  throw new InvalidArgumentError('It must be an RFC 3339 time, such as 2026-11-01T00:00:00Z.');
}
