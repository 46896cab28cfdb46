import { instantOfMilliseconds, organizationIdOf, type TokenCounts, type UsageEvent } from '@floopy/domain';
import { type OrganizationNames, organizationNames } from './organizations';
import { Random } from './random';

/** Percentiles of a real trace (Azure LLM inference 2023, conversations), between which counts are interpolated. */
const INPUT_TOKENS = [1, 181, 396, 1020, 1189, 2734, 4142, 14_050];
const OUTPUT_TOKENS = [1, 41, 85, 129, 395, 424, 601, 1000];
const PERCENTILES = [0, 0.05, 0.25, 0.5, 0.75, 0.9, 0.99, 1];

export const PROVIDER = 'openai';
export const MODEL = 'gpt-4o';
export const SOURCES = ['/floopy/gateway/eu-1', '/floopy/gateway/us-1', '/floopy/playground/eu-1'];

/** Makes usage events with identifiers as long, and optional facts as frequent, as a gateway would send them. */
export class UsageGenerator {
  private readonly random: Random;

  constructor(seed: number) {
    this.random = new Random(seed);
  }

  /** An event of the organization at this place of the list, served at this time. */
  event(organization: number, occurredAtMs: number): UsageEvent {
    return this.eventWith(organization, occurredAtMs, this.tokenCounts());
  }

  eventWith(organization: number, occurredAtMs: number, tokens: TokenCounts): UsageEvent {
    const { random } = this;
    const names = namesOf(organization);
    const source = random.below(SOURCES.length);
    return {
      organizationId: organizationIdOf(names.id),
      source: SOURCES[source] ?? '',
      id: random.uuid(),
      occurredAt: instantOfMilliseconds(occurredAtMs),
      requestId: `req_${random.letters(24)}`,
      origin: source === 2 ? 'playground' : 'gateway',
      provider: PROVIDER,
      model: MODEL,
      serviceTier: 'standard',
      outcome: random.below(50) === 0 ? 'upstream_error' : 'succeeded',
      cacheHit: false,
      credential: 'platform',
      tokens,
      teamId: this.oneOf(names.teams),
      userId: this.perhaps(0.8, () => this.oneOf(names.users)),
      apiKeyId: this.oneOf(names.apiKeys),
      promptId: this.perhaps(0.5, () => this.oneOf(names.prompts)),
      sessionId: this.perhaps(0.5, () => `ses_${random.letters(20)}`),
      attemptId: this.perhaps(0.1, () => `att_${random.letters(20)}`),
      metadata: null,
    };
  }

  private tokenCounts(): TokenCounts {
    const input = this.sample(INPUT_TOKENS);
    const isCached = this.random.below(4) === 0;
    return tokensOf(input, this.sample(OUTPUT_TOKENS), isCached ? Math.floor(input / 2) : 0);
  }

  private sample(values: readonly number[]): number {
    const rank = this.random.next();
    const above = PERCENTILES.findIndex((percentile) => percentile > rank);
    const [low = 0, high = 1] = [PERCENTILES[above - 1], PERCENTILES[above]];
    const [from = 0, to = 0] = [values[above - 1], values[above]];
    return Math.round(from + ((rank - low) / (high - low)) * (to - from));
  }

  private oneOf(names: readonly string[]): string {
    return names[this.random.below(names.length)] ?? '';
  }

  private perhaps(probability: number, make: () => string): string | null {
    return this.random.next() < probability ? make() : null;
  }
}

/** Counts of a request without audio and without reasoning. */
export function tokensOf(input: number, output: number, cacheReadInput = 0): TokenCounts {
  return {
    input,
    cacheReadInput,
    cacheCreation5mInput: 0,
    cacheCreation1hInput: 0,
    inputAudio: 0,
    cacheReadInputAudio: 0,
    output,
    reasoningOutput: 0,
    outputAudio: 0,
  };
}

function namesOf(organization: number): OrganizationNames {
  const names = organizationNames[organization];
  if (names === undefined) throw new Error(`there is no organization ${organization}`);
  return names;
}
