import { type Instant, parseInstant } from '../src/time/instant';
import { organizationIdOf } from '../src/organization/organization';
import type { TokenCounts, UsageEvent } from '../src/usage/usage-event';

export interface UsageOverrides extends Partial<Omit<UsageEvent, 'tokens'>> {
  readonly tokens?: Partial<TokenCounts>;
}

const NO_TOKENS: TokenCounts = {
  input: 0,
  cacheReadInput: 0,
  cacheCreation5mInput: 0,
  cacheCreation1hInput: 0,
  inputAudio: 0,
  cacheReadInputAudio: 0,
  output: 0,
  reasoningOutput: 0,
  outputAudio: 0,
};

/** Token counts that are zero where nothing is said. */
export function tokenCounts(stated: Partial<TokenCounts>): TokenCounts {
  return { ...NO_TOKENS, ...stated };
}

/** A served request of `org_acme` to `openai/gpt-4o` with 1,000 tokens in and 100 out. */
export function aUsageEvent({ tokens, ...stated }: UsageOverrides = {}): UsageEvent {
  return {
    organizationId: organizationIdOf('org_acme'),
    source: '/floopy/gateway/eu-1',
    id: 'evt_1',
    occurredAt: at('2026-11-23T10:00:00Z'),
    requestId: 'req_1',
    origin: 'gateway',
    provider: 'openai',
    model: 'gpt-4o',
    serviceTier: 'standard',
    outcome: 'succeeded',
    cacheHit: false,
    credential: 'platform',
    tokens: tokenCounts(tokens ?? { input: 1000, output: 100 }),
    teamId: null,
    userId: null,
    apiKeyId: null,
    promptId: null,
    sessionId: null,
    attemptId: null,
    metadata: null,
    ...stated,
  };
}

/** A time that a test writes out. */
export function at(text: string): Instant {
  const instant = parseInstant(text);
  if (instant === null) throw new Error(`${text} is no time`);
  return instant;
}
