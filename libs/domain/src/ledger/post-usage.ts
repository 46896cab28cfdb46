import { assert } from '../assert';
import type { Sha256 } from '../canonical-text';
import { negateAmount, ZERO_AMOUNT } from '../money/amount';
import { type AppliedPlan, countsRequest } from '../overage/place-request';
import type { PricingOutcome } from '../pricing/price-usage';
import type { Instant } from '../time/instant';
import { isServed, type UsageEvent } from '../usage/usage-event';
import type { Digest } from '../usage/usage-identity';
import type { AppliedPrice, StreamHead } from './ledger-event';
import { postOnStream, type Posting } from './post-on-stream';

/** Usage with its exact amount: what pricing made of an event that it could price. */
export type PricedUsage = Exclude<PricingOutcome, { type: 'unpriced' }>;

export interface UsageContext {
  readonly contentDigest: Digest;
  readonly userReference: number | null;
  /** Whether an earlier attempt of the same request was already counted. */
  readonly requestAlreadyCounted: boolean;
  /** How the attempt stands under its plan; null where plans are not known of. */
  readonly plan: AppliedPlan | null;
  readonly ingestPartition: number;
  readonly recordedAt: Instant;
}

/**
 * Makes the ledger event of one usage event. Every applied event is one, also when it costs nothing.
 * A charge is always posted, even past zero: the request was served; refusing is admission's work.
 * The first served attempt of a request, in ledger order, is the one that counts, if its plan counts such attempts.
 */
export function postUsage(
  head: StreamHead,
  event: UsageEvent,
  priced: PricedUsage,
  context: UsageContext,
  sha256: Sha256,
): Posting {
  assert(event.organizationId === head.organizationId, 'usage is posted on the stream of its own organization');
  assert(priced.amount >= ZERO_AMOUNT, 'usage never pays its organization');
  return postOnStream(
    head,
    {
      type: event.origin === 'gateway' ? 'request' : 'playground',
      amount: negateAmount(priced.amount),
      occurredAt: event.occurredAt,
      cause: { kind: 'usage_event', source: event.source, id: event.id },
      reason: null,
      usage: {
        requestId: event.requestId,
        attemptId: event.attemptId,
        origin: event.origin,
        provider: event.provider,
        model: event.model,
        serviceTier: event.serviceTier,
        outcome: event.outcome,
        cacheHit: event.cacheHit,
        credential: event.credential,
        tokens: event.tokens,
        teamId: event.teamId,
        apiKeyId: event.apiKeyId,
        promptId: event.promptId,
        sessionId: event.sessionId,
        userReference: context.userReference,
        contentDigest: context.contentDigest,
        counted: isCounted(event, context),
        price: priced.type === 'priced' ? appliedPrice(priced) : null,
        plan: context.plan,
        ingestPartition: context.ingestPartition,
      },
      correction: null,
    },
    context.recordedAt,
    sha256,
  );
}

/** What a plan counts is its to say; without one, what was served counts. */
function isCounted(event: UsageEvent, { plan, requestAlreadyCounted }: UsageContext): boolean {
  if (plan === null) return isServed(event.outcome) && !requestAlreadyCounted;
  assert(!(requestAlreadyCounted && countsRequest(plan.standing)), 'a request counts once');
  return countsRequest(plan.standing);
}

function appliedPrice(priced: Extract<PricedUsage, { type: 'priced' }>): AppliedPrice {
  return {
    rateCardVersion: priced.receipt.rateCard.version,
    overrideVersion: priced.receipt.override?.version ?? null,
    markupBasisPoints: priced.receipt.markupBasisPoints,
  };
}
