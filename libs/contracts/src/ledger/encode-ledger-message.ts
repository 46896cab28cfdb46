import {
  type Correction,
  formatAmount,
  formatInstant,
  type LedgerEvent,
  type LedgerHash,
  type PostedUsage,
} from '@floopy/domain';
import { tokenCountsBody } from '../usage/token-counts';
import type { EncodedRecord } from '../usage/usage-record';
import { cloudEventHeaders, positionId } from '../wire/cloud-event-headers';
import { encodeLedgerEntry } from './ledger-entry';
import {
  type CorrectionMessage,
  LEDGER_MESSAGE_SOURCE,
  LEDGER_MESSAGE_TYPE,
  type LedgerMessage,
  type PostedUsageMessage,
} from './ledger-message-schema';

/**
 * Writes a ledger event as a record of the ledger topic, keyed by its organization.
 * It is sent at least once: `organization_id` and `sequence` (also in its CloudEvents id) tell a repetition within one
 * incarnation; a message of a later one takes the place of everything that was at its position and behind it.
 * @param previousHash the hash of the event before it on its stream
 * @param incarnation of the ledger; 0 until one was put back to an earlier state
 */
export function encodeLedgerMessage(event: LedgerEvent, previousHash: LedgerHash, incarnation = 0): EncodedRecord {
  return {
    key: Buffer.from(event.organizationId),
    value: Buffer.from(encodeLedgerLine(event, previousHash)),
    headers: cloudEventHeaders({
      id: positionId(event.organizationId, event.sequence, incarnation),
      source: LEDGER_MESSAGE_SOURCE,
      type: LEDGER_MESSAGE_TYPE,
      time: formatInstant(event.recordedAt),
      subject: event.organizationId,
      incarnation,
    }),
  };
}

/** Writes a ledger event as one line of a ledger export, without its line end. */
export function encodeLedgerLine(event: LedgerEvent, previousHash: LedgerHash): string {
  return JSON.stringify(ledgerMessage(event, previousHash));
}

function ledgerMessage(event: LedgerEvent, previousHash: LedgerHash): LedgerMessage {
  return {
    organization_id: event.organizationId,
    ...encodeLedgerEntry(event),
    cause: event.cause,
    ...(event.usage === null ? {} : { usage: postedUsage(event.usage) }),
    ...(event.correction === null ? {} : { correction: correctionMessage(event.correction) }),
    previous_hash: previousHash,
  };
}

function postedUsage(usage: PostedUsage): PostedUsageMessage {
  return {
    attempt_id: usage.attemptId ?? undefined,
    provider: usage.provider,
    model: usage.model,
    service_tier: usage.serviceTier,
    outcome: usage.outcome,
    cache_hit: usage.cacheHit,
    credential: usage.credential,
    tokens: tokenCountsBody(usage.tokens),
    team_id: usage.teamId ?? undefined,
    user_reference: usage.userReference ?? undefined,
    api_key_id: usage.apiKeyId ?? undefined,
    prompt_id: usage.promptId ?? undefined,
    session_id: usage.sessionId ?? undefined,
    content_digest: usage.contentDigest,
    counted: usage.counted,
    price: appliedPrice(usage.price),
    plan: appliedPlan(usage.plan),
    ingest_partition: usage.ingestPartition,
  };
}

function correctionMessage(correction: Correction): CorrectionMessage {
  const { voiding } = correction;
  return {
    provider: correction.provider,
    model: correction.model,
    team_id: correction.teamId ?? undefined,
    prompt_id: correction.promptId ?? undefined,
    plan: appliedPlan(correction.plan),
    uncounted: correction.uncounted,
    price: appliedPrice(correction.price),
    reprice_plan: correction.repricePlan ?? undefined,
    ...(voiding === null
      ? {}
      : {
          voided_by: {
            source: voiding.source,
            id: voiding.id,
            content_digest: voiding.contentDigest,
            ingest_partition: voiding.ingestPartition,
          },
        }),
  };
}

function appliedPrice(price: PostedUsage['price']): PostedUsageMessage['price'] {
  if (price === null) return undefined;
  return {
    rate_card_version: price.rateCardVersion,
    override_version: price.overrideVersion ?? undefined,
    markup_basis_points: price.markupBasisPoints,
  };
}

function appliedPlan(plan: PostedUsage['plan']): PostedUsageMessage['plan'] {
  if (plan === null) return undefined;
  const { planVersion: version, standing, overageRate } = plan;
  return { version, standing, ...(overageRate === null ? {} : { overage_rate: formatAmount(overageRate) }) };
}
