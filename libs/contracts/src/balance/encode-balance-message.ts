import {
  type Amount,
  type BillingPeriod,
  floorToCents,
  formatAmount,
  formatInstant,
  type Instant,
  type OrganizationId,
} from '@floopy/domain';
import type { EncodedRecord } from '../usage/usage-record';
import { cloudEventHeaders, positionId } from '../wire/cloud-event-headers';
import {
  BALANCE_MESSAGE_SOURCE,
  BALANCE_MESSAGE_TYPE,
  type BalanceMessage,
  type CountedRequests,
} from './balance-message-schema';

/** An organization's balance at one position of its ledger. */
export interface PositionedBalance {
  readonly organizationId: OrganizationId;
  readonly balance: Amount;
  /** The billing period that holds `recordedAt`, and the requests counted in it. */
  readonly period: BillingPeriod;
  readonly requestsUsed: number;
  readonly requestsIncluded: number;
  /** Those that are billed beside credits. */
  readonly requestsOverage: number;
  /** The plan that decides about the period's requests. */
  readonly plan: { readonly id: string; readonly version: number };
  /** The number of the last change of its terms; 0 before the first. */
  readonly termsVersion: number;
  readonly position: number;
  /** When the event at `position` was recorded. */
  readonly recordedAt: Instant;
  /** Of the ledger; 0 until one was put back to an earlier state. */
  readonly incarnation: number;
}

/** Writes a balance as a record of the compacted balance topic, keyed by its organization. */
export function encodeBalanceMessage(state: PositionedBalance): EncodedRecord {
  const { organizationId, position, incarnation } = state;
  const message: BalanceMessage = {
    organization_id: organizationId,
    unit: 'cent',
    balance: formatAmount(state.balance),
    balance_shown: floorToCents(state.balance).toString(),
    period: { start: formatInstant(state.period.start), end: formatInstant(state.period.end) },
    requests: encodeCountedRequests(state),
    plan: { id: state.plan.id, version: state.plan.version },
    terms_version: state.termsVersion,
    position,
    recorded_at: formatInstant(state.recordedAt),
  };
  return {
    key: Buffer.from(organizationId),
    value: Buffer.from(JSON.stringify(message)),
    headers: cloudEventHeaders({
      id: positionId(organizationId, position, incarnation),
      source: BALANCE_MESSAGE_SOURCE,
      type: BALANCE_MESSAGE_TYPE,
      time: message.recorded_at,
      subject: organizationId,
      incarnation,
    }),
  };
}

/** Writes what a period's requests make of its allowance: what nobody agreed to pay for is used, and no overage. */
export function encodeCountedRequests(
  requests: Pick<PositionedBalance, 'requestsUsed' | 'requestsIncluded' | 'requestsOverage'>,
): CountedRequests {
  const { requestsUsed: used, requestsIncluded: included, requestsOverage: overage } = requests;
  return { used, included, remaining: Math.max(0, included - used), overage };
}
