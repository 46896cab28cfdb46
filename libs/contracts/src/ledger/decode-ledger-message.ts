import {
  type Correction,
  type Digest,
  type LedgerEvent,
  type LedgerHash,
  organizationIdOf,
  type PostedUsage,
} from '@floopy/domain';
import { z } from 'zod';
import { tokenCountsIn } from '../usage/token-counts';
import { utf8Text } from '../wire/utf8-text';
import { boundedFaults, schemaFaults, type WireFault } from '../wire/wire-fault';
import { amountIn, instantIn } from '../wire/wire-schemas';
import { type LedgerMessage, ledgerMessageSchema, type PostedUsageMessage } from './ledger-message-schema';

export type DecodedLedgerMessage =
  | { readonly type: 'ledger_event'; readonly event: LedgerEvent; readonly previousHash: LedgerHash }
  | { readonly type: 'rejected'; readonly faults: readonly WireFault[] };

const ledgerMessage = z.compile(ledgerMessageSchema);

/**
 * Decodes the value of a ledger message, or a line of an export. What it says is not believed for being well-formed:
 * whether the hash is right is for a verifier. Fields that are not known here are ignored.
 */
export function decodeLedgerMessage(value: Buffer | string): DecodedLedgerMessage {
  const text = typeof value === 'string' ? value : utf8Text(value);
  if (text === null) return rejected([{ pointer: '', detail: 'must be UTF-8' }]);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return rejected([{ pointer: '', detail: 'must be JSON' }]);
  }
  const parsed = ledgerMessage.safeParse(json);
  if (!parsed.success) return rejected(schemaFaults(parsed.error.issues, ''));
  const message = parsed.data;
  return {
    type: 'ledger_event',
    event: ledgerEvent(message),
    previousHash: message.previous_hash as LedgerHash,
  };
}

function rejected(faults: readonly WireFault[]): DecodedLedgerMessage {
  return { type: 'rejected', faults: boundedFaults(faults) };
}

function ledgerEvent(message: LedgerMessage): LedgerEvent {
  return {
    organizationId: organizationIdOf(message.organization_id),
    sequence: message.sequence,
    type: message.type,
    amount: amountIn(message.amount),
    balanceAfter: amountIn(message.balance_after),
    occurredAt: instantIn(message.occurred_at),
    recordedAt: instantIn(message.recorded_at),
    cause: message.cause,
    usage: postedUsage(message),
    correction: correctionIn(message),
    reason: message.reason ?? null,
    hash: message.hash as LedgerHash,
  };
}

function postedUsage({ usage, request_id: requestId, origin }: LedgerMessage): PostedUsage | null {
  if (usage === undefined || requestId === undefined || origin === undefined) return null;
  return {
    requestId,
    attemptId: usage.attempt_id ?? null,
    origin,
    provider: usage.provider,
    model: usage.model,
    serviceTier: usage.service_tier,
    outcome: usage.outcome,
    cacheHit: usage.cache_hit,
    credential: usage.credential,
    tokens: tokenCountsIn(usage.tokens),
    teamId: usage.team_id ?? null,
    userReference: usage.user_reference ?? null,
    apiKeyId: usage.api_key_id ?? null,
    promptId: usage.prompt_id ?? null,
    sessionId: usage.session_id ?? null,
    contentDigest: usage.content_digest as Digest,
    counted: usage.counted,
    price: appliedPrice(usage.price),
    plan: appliedPlan(usage.plan),
    ingestPartition: usage.ingest_partition,
  };
}

function correctionIn({ correction, request_id: requestId }: LedgerMessage): Correction | null {
  if (correction === undefined || requestId === undefined) return null;
  const { voided_by: voiding } = correction;
  return {
    requestId,
    provider: correction.provider,
    model: correction.model,
    teamId: correction.team_id ?? null,
    promptId: correction.prompt_id ?? null,
    plan: appliedPlan(correction.plan),
    uncounted: correction.uncounted,
    price: appliedPrice(correction.price),
    repricePlan: correction.reprice_plan ?? null,
    voiding:
      voiding === undefined
        ? null
        : {
            source: voiding.source,
            id: voiding.id,
            contentDigest: voiding.content_digest as Digest,
            ingestPartition: voiding.ingest_partition,
          },
  };
}

function appliedPrice(price: PostedUsageMessage['price']): PostedUsage['price'] {
  if (price === undefined) return null;
  return {
    rateCardVersion: price.rate_card_version,
    overrideVersion: price.override_version ?? null,
    markupBasisPoints: price.markup_basis_points,
  };
}

function appliedPlan(plan: PostedUsageMessage['plan']): PostedUsage['plan'] {
  if (plan === undefined) return null;
  const { version: planVersion, standing, overage_rate: rate } = plan;
  return { planVersion, standing, overageRate: rate === undefined ? null : amountIn(rate) };
}
