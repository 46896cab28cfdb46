import type { UsageEventInput } from '@floopy/usage-client';
import { RandomNumbers } from './random-numbers';
import type { SourcedUsage, UsageSource } from './usage-source';

export interface GeneratorTerms {
  readonly organizationIds: readonly string[];
  readonly seed: number;
  /** Endless when null. */
  readonly count: number | null;
  /** Given, times follow from the seed too, so that the same terms make the same events; else it is the time of sending. */
  readonly from: Date | null;
  /** Models are drawn from these. */
  readonly models: readonly GeneratedModel[];
}

export interface GeneratedModel {
  readonly provider: string;
  readonly model: string;
}

/** What people ask for when they say nothing else. */
export const USUAL_MODELS: readonly GeneratedModel[] = [
  { provider: 'openai', model: 'gpt-4o' },
  { provider: 'openai', model: 'gpt-4o-mini' },
  { provider: 'anthropic', model: 'claude-sonnet-4-5' },
];

/** A value at each share of all requests; in between it rises evenly. Measured on a trace of real conversations. */
type Shape = readonly (readonly [share: number, tokens: number])[];
const INPUT_TOKENS: Shape = [
  [0, 2],
  [0.05, 181],
  [0.25, 396],
  [0.5, 1020],
  [0.75, 1189],
  [0.9, 2735],
  [0.95, 4083],
  [0.99, 4142],
  [0.999, 6212],
  [1, 14_050],
];
const OUTPUT_TOKENS: Shape = [
  [0, 7],
  [0.05, 41],
  [0.25, 85],
  [0.5, 129],
  [0.75, 395],
  [0.9, 424],
  [0.99, 601],
  [1, 1_000],
];
const MEAN_GAP_MS = 181;

const SHARE_OF_PLAYGROUND = 0.2;
const SHARE_OF_CACHED_PROMPTS = 0.3;
const SHARE_OF_CACHE_HITS = 0.02;
const SHARE_OF_RETRIES = 0.01;
/** The rest succeeds. */
const OUTCOMES = [
  ['upstream_error', 0.012],
  ['blocked', 0.005],
  ['client_aborted', 0.01],
] as const;

const TEAMS = 6;
const KEYS = 12;
const PROMPTS = 25;
const USERS = 400;

/** Plays an organization's day: token counts in the shape of a real trace, ids of realistic length, both origins. */
export function generateUsage(terms: GeneratorTerms): UsageSource {
  return { total: terms.count, usages: play(terms) };
}

function* play(terms: GeneratorTerms): Generator<SourcedUsage> {
  const { organizationIds, models, from } = terms;
  const end = terms.count ?? Number.POSITIVE_INFINITY;
  const random = new RandomNumbers(terms.seed);
  // Without a stated time the ids are this run's own: the same id with another time would be a conflict.
  const ids = from === null ? RandomNumbers.fresh() : new RandomNumbers(terms.seed, 1);
  let timeMs = from?.getTime() ?? 0;
  let request = { organizationId: '', requestId: '' };
  for (let index = 0; index < end; index += 1) {
    timeMs += Math.round(-Math.log(1 - random.fraction()) * MEAN_GAP_MS);
    const isRetry = index > 0 && random.fraction() < SHARE_OF_RETRIES;
    if (!isRetry) {
      const organizationId = organizationIds[random.below(organizationIds.length)] ?? '';
      request = { organizationId, requestId: `req_${ids.hex(24)}` };
    }
    const usage = makeUsage(random, ids, request, models);
    const time = from === null ? new Date() : new Date(timeMs);
    const source = `/floopy/${usage.origin}/generator`;
    yield { usage, id: ids.uuid(), time, source, place: `generated event ${index + 1}` };
  }
}

function makeUsage(
  random: RandomNumbers,
  ids: RandomNumbers,
  { organizationId, requestId }: { readonly organizationId: string; readonly requestId: string },
  models: readonly GeneratedModel[],
): UsageEventInput {
  const input = drawn(INPUT_TOKENS, random);
  const output = drawn(OUTPUT_TOKENS, random);
  const isCached = random.fraction() < SHARE_OF_CACHED_PROMPTS;
  const { provider, model } = models[random.below(models.length)] ?? { provider: 'openai', model: 'gpt-4o' };
  const outcome = drawOutcome(random);
  const isPlayground = random.fraction() < SHARE_OF_PLAYGROUND;
  return {
    organization_id: organizationId,
    request_id: requestId,
    attempt_id: `att_${ids.hex(12)}`,
    origin: isPlayground ? 'playground' : 'gateway',
    provider,
    model,
    outcome,
    cache_hit: random.fraction() < SHARE_OF_CACHE_HITS,
    usage: {
      input_tokens: outcome === 'blocked' ? 0 : input,
      cache_read_input_tokens: isCached && outcome !== 'blocked' ? Math.floor(input * random.fraction()) : 0,
      output_tokens: outcome === 'succeeded' || outcome === 'client_aborted' ? output : 0,
    },
    team_id: `team_${nameOf(organizationId, random.below(TEAMS), 16)}`,
    user_id: `usr_${nameOf(organizationId, random.below(USERS), 20)}`,
    api_key_id: `key_${nameOf(organizationId, random.below(KEYS), 20)}`,
    prompt_id: `prm_${nameOf(organizationId, random.below(PROMPTS), 16)}`,
    session_id: `ses_${ids.hex(22)}`,
  };
}

/** What an organization's names have in common, by its id. */
const stems = new Map<string, string>();
const STEM_LENGTH = 16;

/** The same name for the same number of an organization, as long as real ones are. */
function nameOf(organizationId: string, number: number, length: number): string {
  let stem = stems.get(organizationId);
  if (stem === undefined) {
    let seed = 0;
    for (const character of organizationId) seed = Math.imul(seed ^ (character.codePointAt(0) ?? 0), 0x01000193);
    stem = new RandomNumbers(seed).hex(STEM_LENGTH);
    stems.set(organizationId, stem);
  }
  const suffix = number.toString(36);
  return stem.padEnd(length, '0').slice(0, length - suffix.length) + suffix;
}

function drawOutcome(random: RandomNumbers): UsageEventInput['outcome'] {
  let rest = random.fraction();
  for (const [outcome, share] of OUTCOMES) {
    if (rest < share) return outcome;
    rest -= share;
  }
  return 'succeeded';
}

function drawn(shape: Shape, random: RandomNumbers): number {
  const share = random.fraction();
  const above = shape.findIndex(([upTo]) => upTo > share);
  const [fromShare, from] = shape[above - 1] ?? [0, 0];
  const [toShare, to] = shape[above] ?? [1, from];
  return Math.round(from + ((to - from) * (share - fromShare)) / (toShare - fromShare));
}
