import type { LedgerEvent, PostedUsage } from '../ledger/ledger-event';
import type { UsageEvent } from '../usage/usage-event';

/** The usage that was posted, as an event again. Field by field: a spread of so many costs more than pricing itself. */
export function usageOfCharge(event: LedgerEvent, usage: PostedUsage): UsageEvent {
  const { cause } = event;
  return {
    organizationId: event.organizationId,
    source: cause.kind === 'usage_event' ? cause.source : '',
    id: cause.id,
    occurredAt: event.occurredAt,
    requestId: usage.requestId,
    origin: usage.origin,
    provider: usage.provider,
    model: usage.model,
    serviceTier: usage.serviceTier,
    outcome: usage.outcome,
    cacheHit: usage.cacheHit,
    credential: usage.credential,
    tokens: usage.tokens,
    teamId: usage.teamId,
    userId: null,
    apiKeyId: usage.apiKeyId,
    promptId: usage.promptId,
    sessionId: usage.sessionId,
    attemptId: usage.attemptId,
    metadata: null,
  };
}
