import type { OrganizationId } from '../organization/organization';
import type { Instant } from '../time/instant';

export const ORIGINS = ['gateway', 'playground'] as const;
export type Origin = (typeof ORIGINS)[number];

export const OUTCOMES = ['succeeded', 'client_aborted', 'upstream_error', 'blocked'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export const SERVICE_TIERS = ['standard', 'batch', 'flex', 'priority'] as const;
export type ServiceTier = (typeof SERVICE_TIERS)[number];

/** Whose provider key paid for the tokens: ours, or the organization's own. */
export const CREDENTIALS = ['platform', 'byok'] as const;
export type Credential = (typeof CREDENTIALS)[number];

/**
 * Token counts as the producer states them, whole numbers from 0 to 10^9.
 * `input` and `output` are inclusive totals; the others are disjoint subsets of the total of their side.
 */
export interface TokenCounts {
  readonly input: number;
  readonly cacheReadInput: number;
  readonly cacheCreation5mInput: number;
  readonly cacheCreation1hInput: number;
  readonly inputAudio: number;
  readonly cacheReadInputAudio: number;
  readonly output: number;
  readonly reasoningOutput: number;
  readonly outputAudio: number;
}

/** What a producer states about one attempt of one request, decoded and checked, defaults filled in. */
export interface UsageEvent {
  readonly organizationId: OrganizationId;
  readonly source: string;
  readonly id: string;
  readonly occurredAt: Instant;
  readonly requestId: string;
  readonly origin: Origin;
  readonly provider: string;
  /** The model that answered, which a fallback may have changed from the one that was asked. */
  readonly model: string;
  readonly serviceTier: ServiceTier;
  readonly outcome: Outcome;
  readonly cacheHit: boolean;
  readonly credential: Credential;
  readonly tokens: TokenCounts;
  readonly teamId: string | null;
  readonly userId: string | null;
  readonly apiKeyId: string | null;
  readonly promptId: string | null;
  readonly sessionId: string | null;
  readonly attemptId: string | null;
  /** Free text of the producer, perhaps personal: kept beside the ledger, never in it. JSON, or null. */
  readonly metadata: string | null;
}

/** Whether the customer got an answer, or a part of one: only then is there something to charge and to count. */
export function isServed(outcome: Outcome): boolean {
  return outcome === 'succeeded' || outcome === 'client_aborted';
}

/**
 * The first rule on token counts that an event breaks, or null.
 * Subsets are disjoint, so their sum may not pass the total: a negative remainder would be a negative price.
 */
export function tokenCountFault(
  tokens: TokenCounts,
): 'input_subsets_exceed_total' | 'output_subsets_exceed_total' | null {
  const inputSubsets =
    tokens.cacheReadInput +
    tokens.cacheCreation5mInput +
    tokens.cacheCreation1hInput +
    tokens.inputAudio +
    tokens.cacheReadInputAudio;
  if (inputSubsets > tokens.input) return 'input_subsets_exceed_total';
  if (tokens.reasoningOutput + tokens.outputAudio > tokens.output) return 'output_subsets_exceed_total';
  return null;
}
