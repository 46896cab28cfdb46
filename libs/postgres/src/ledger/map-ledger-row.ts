import {
  type AppliedPlan,
  type AppliedPrice,
  type Cause,
  type Correction,
  type Digest,
  instantOfMilliseconds,
  type LedgerEvent,
  type LedgerHash,
  type OrganizationId,
  type PostedUsage,
  type VoidingEvent,
} from '@floopy/domain';
import { digestOfRow } from './find-applied-usage';
import {
  causeKindCodes,
  credentialCodes,
  ledgerTypeCodes,
  outcomeCodes,
  serviceTierCodes,
  standingCodes,
} from './ledger-codes';
import { amountOfRow } from './lock-streams';

/** A row of `ledger_event` as the driver gives it: `int8`, `numeric` and `uuid` as text. */
export interface StoredLedgerRow {
  readonly sequence: string;
  readonly type: number;
  readonly amount: string;
  readonly balance_after: string;
  readonly occurred_at: Date;
  readonly recorded_at: Date;
  readonly cause_kind: number;
  readonly cause_id: string;
  readonly reason: string | null;
  readonly hash: Buffer;
  readonly identity: string | null;
  readonly content: string | null;
  readonly source_key: number | null;
  readonly provider_key: number | null;
  readonly model_key: number | null;
  readonly team_key: number | null;
  readonly api_key_key: number | null;
  readonly prompt_key: number | null;
  readonly user_key: number | null;
  readonly partition_key: number | null;
  readonly service_tier: number | null;
  readonly outcome: number | null;
  readonly credential: number | null;
  readonly cache_hit: boolean | null;
  readonly counted: boolean | null;
  readonly request_id: string | null;
  readonly attempt_id: string | null;
  readonly session_id: string | null;
  readonly rate_card_version: number | null;
  readonly override_version: number | null;
  readonly markup_basis_points: number | null;
  readonly plan_version: number | null;
  readonly standing: number | null;
  readonly overage_rate: string | null;
  readonly uncounted: boolean | null;
  readonly reprice_plan: number | null;
  readonly void_event_id: string | null;
  readonly input_tokens: number | null;
  readonly cache_read_tokens: number | null;
  readonly cache_creation_5m_tokens: number | null;
  readonly cache_creation_1h_tokens: number | null;
  readonly input_audio_tokens: number | null;
  readonly cache_read_audio_tokens: number | null;
  readonly output_tokens: number | null;
  readonly reasoning_tokens: number | null;
  readonly output_audio_tokens: number | null;
}

/** The columns of a `StoredLedgerRow`, for a SELECT from `ledger_event`. */
export const LEDGER_COLUMNS = `
  sequence, type, amount, balance_after, occurred_at, recorded_at, cause_kind, cause_id, reason, hash, identity, content,
  source_key, provider_key, model_key, team_key, api_key_key, prompt_key, user_key, partition_key, service_tier, outcome,
  credential, cache_hit, counted, request_id, attempt_id, session_id, rate_card_version, override_version,
  markup_basis_points, plan_version, standing, overage_rate, uncounted, reprice_plan, void_event_id, input_tokens, cache_read_tokens, cache_creation_5m_tokens, cache_creation_1h_tokens,
  input_audio_tokens, cache_read_audio_tokens, output_tokens, reasoning_tokens, output_audio_tokens`;

/** The texts of the labels that rows point at; @throws for a key that the organization has no label for. */
export type LabelText = (labelKey: number) => string;

/** A ledger event as it is stored, with the identity digest by which a resend would be recognised. */
export interface StoredLedgerEvent {
  readonly event: LedgerEvent;
  /** Null on what no producer's event caused. */
  readonly identity: Digest | null;
}

/** Reads a row as the event that was appended: the exact inverse of `appendLedgerEvents`. */
export function mapLedgerRow(
  row: StoredLedgerRow,
  organizationId: OrganizationId,
  labelText: LabelText,
): StoredLedgerEvent {
  const type = ledgerTypeCodes.wordOf(row.type);
  const event: LedgerEvent = {
    organizationId,
    sequence: Number(row.sequence),
    type,
    amount: amountOfRow(row.amount),
    balanceAfter: amountOfRow(row.balance_after),
    occurredAt: instantOfMilliseconds(row.occurred_at.getTime()),
    recordedAt: instantOfMilliseconds(row.recorded_at.getTime()),
    cause: mapCause(row, labelText),
    usage: isUsage(row) ? mapUsage(row, labelText) : null,
    correction: isCorrection(row) ? mapCorrection(row, labelText) : null,
    reason: row.reason,
    hash: row.hash.toString('hex') as LedgerHash,
  };
  return { event, identity: row.identity === null ? null : digestOfRow(row.identity) };
}

/** Every label that the rows' events are written with, users apart: those lie beside the ledger. */
export function labelKeysOf(rows: readonly StoredLedgerRow[]): Set<number> {
  const keys = new Set<number>();
  for (const row of rows) {
    for (const key of [
      row.source_key,
      row.provider_key,
      row.model_key,
      row.team_key,
      row.api_key_key,
      row.prompt_key,
    ]) {
      if (key !== null) keys.add(key);
    }
  }
  return keys;
}

function mapCause(row: StoredLedgerRow, labelText: LabelText): Cause {
  const kind = causeKindCodes.wordOf(row.cause_kind);
  if (kind !== 'usage_event') return { kind, id: row.cause_id };
  return { kind, source: labelText(present(row.source_key, 'source_key')), id: row.cause_id };
}

const USAGE_EVENT = causeKindCodes.codeOf('usage_event');
const CORRECTIONS = [causeKindCodes.codeOf('reversal'), causeKindCodes.codeOf('reprice')];

function isUsage(row: StoredLedgerRow): boolean {
  return row.cause_kind === USAGE_EVENT;
}

function isCorrection(row: StoredLedgerRow): boolean {
  return CORRECTIONS.includes(row.cause_kind);
}

function mapCorrection(row: StoredLedgerRow, labelText: LabelText): Correction {
  return {
    requestId: present(row.request_id, 'request_id'),
    provider: labelText(present(row.provider_key, 'provider_key')),
    model: labelText(present(row.model_key, 'model_key')),
    teamId: row.team_key === null ? null : labelText(row.team_key),
    promptId: row.prompt_key === null ? null : labelText(row.prompt_key),
    plan: mapPlan(row),
    uncounted: present(row.uncounted, 'uncounted'),
    price: mapPrice(row),
    repricePlan: row.reprice_plan,
    voiding: mapVoiding(row, labelText),
  };
}

function mapVoiding(row: StoredLedgerRow, labelText: LabelText): VoidingEvent | null {
  if (row.void_event_id === null) return null;
  return {
    source: labelText(present(row.source_key, 'source_key')),
    id: row.void_event_id,
    contentDigest: digestOfRow(present(row.content, 'content')),
    ingestPartition: present(row.partition_key, 'partition_key'),
  };
}

function mapUsage(row: StoredLedgerRow, labelText: LabelText): PostedUsage {
  const optionalText = (key: number | null): string | null => (key === null ? null : labelText(key));
  return {
    requestId: present(row.request_id, 'request_id'),
    attemptId: row.attempt_id,
    // Posting makes the type of a charge from its origin, and they share their words' meaning.
    origin: ledgerTypeCodes.wordOf(row.type) === 'playground' ? 'playground' : 'gateway',
    provider: labelText(present(row.provider_key, 'provider_key')),
    model: labelText(present(row.model_key, 'model_key')),
    serviceTier: serviceTierCodes.wordOf(present(row.service_tier, 'service_tier')),
    outcome: outcomeCodes.wordOf(present(row.outcome, 'outcome')),
    cacheHit: present(row.cache_hit, 'cache_hit'),
    credential: credentialCodes.wordOf(present(row.credential, 'credential')),
    tokens: mapTokens(row),
    teamId: optionalText(row.team_key),
    apiKeyId: optionalText(row.api_key_key),
    promptId: optionalText(row.prompt_key),
    sessionId: row.session_id,
    userReference: row.user_key,
    contentDigest: digestOfRow(present(row.content, 'content')),
    counted: present(row.counted, 'counted'),
    price: mapPrice(row),
    plan: mapPlan(row),
    ingestPartition: present(row.partition_key, 'partition_key'),
  };
}

/** Zero is stored as NULL. */
function mapTokens(row: StoredLedgerRow): PostedUsage['tokens'] {
  return {
    input: row.input_tokens ?? 0,
    cacheReadInput: row.cache_read_tokens ?? 0,
    cacheCreation5mInput: row.cache_creation_5m_tokens ?? 0,
    cacheCreation1hInput: row.cache_creation_1h_tokens ?? 0,
    inputAudio: row.input_audio_tokens ?? 0,
    cacheReadInputAudio: row.cache_read_audio_tokens ?? 0,
    output: row.output_tokens ?? 0,
    reasoningOutput: row.reasoning_tokens ?? 0,
    outputAudio: row.output_audio_tokens ?? 0,
  };
}

function mapPrice(row: StoredLedgerRow): AppliedPrice | null {
  if (row.rate_card_version === null) return null;
  return {
    rateCardVersion: row.rate_card_version,
    overrideVersion: row.override_version,
    markupBasisPoints: row.markup_basis_points ?? 0,
  };
}

/** Null on what was posted before there were plans. */
function mapPlan(row: StoredLedgerRow): AppliedPlan | null {
  if (row.plan_version === null) return null;
  return {
    planVersion: row.plan_version,
    standing: standingCodes.wordOf(present(row.standing, 'standing')),
    overageRate: row.overage_rate === null ? null : amountOfRow(row.overage_rate),
  };
}

function present<Value>(value: Value | null, column: string): Value {
  if (value === null) throw new Error(`a ledger row has no ${column}: it was not written by this software`);
  return value;
}
