import type { StoredEntry, UnreadableEntry } from '@floopy/application';
import type { Cause, Digest, LedgerEvent, LedgerType, OrganizationId, PostedUsage } from '@floopy/domain';
import { causeKindCodes, credentialCodes, ledgerTypeCodes, outcomeCodes, serviceTierCodes } from './ledger-codes';
import {
  AT,
  COLUMNS_OF_CORRECTION,
  COLUMNS_OF_USAGE,
  COLUMNS_OF_USAGE_ALONE,
  type StreamedRow,
} from './stream-columns';
import { readCorrection, readPlan, readPrice } from './stream-correction';
import {
  amountIn,
  countIn,
  flagIn,
  hashIn,
  instantIn,
  nameIn,
  type Names,
  optionalNameIn,
  optionalWholeIn,
  readDigest,
  textIn,
  wholeIn,
} from './stream-values';

/** What a streamed row is read with: whose it is, and what the names in it are short for. */
export interface StreamedOrganization {
  readonly organizationId: OrganizationId;
  readonly names: Names;
}

/**
 * Reads a row for verification, from the driver's texts and with no other object than the event: it is done for every
 * row there is. Nothing is taken on trust: a row that `appendLedgerEvents` cannot have written is unreadable.
 */
export function mapStreamedRow(row: StreamedRow, organization: StreamedOrganization): StoredEntry | UnreadableEntry {
  try {
    return { type: 'entry', event: readEvent(row, organization), identity: readDigest(row[AT.identity] ?? null) };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { type: 'unreadable', sequence: Number(row[AT.sequence]), detail, trail: readTrail(row) };
  }
}

function readEvent(row: StreamedRow, organization: StreamedOrganization): LedgerEvent {
  const { names, organizationId } = organization;
  const type = ledgerTypeCodes.wordOf(wholeIn(row, AT.type));
  const kind = causeKindCodes.wordOf(wholeIn(row, AT.cause_kind));
  refuseOtherColumns(row, kind);
  return {
    organizationId,
    sequence: wholeIn(row, AT.sequence),
    type,
    amount: amountIn(row, AT.amount),
    balanceAfter: amountIn(row, AT.balance_after),
    occurredAt: instantIn(row, AT.occurred_at),
    recordedAt: instantIn(row, AT.recorded_at),
    cause: readCause(row, kind, type, names),
    usage: kind === 'usage_event' ? readUsage(row, type, names) : null,
    correction: isCorrectionKind(kind) ? readCorrection(row, names) : null,
    reason: row[AT.reason] ?? null,
    hash: hashIn(row, AT.hash),
  };
}

type CauseKind = Cause['kind'];

const REFUSED: Readonly<Record<CauseKind, readonly (keyof typeof AT)[]>> = {
  usage_event: COLUMNS_OF_CORRECTION,
  operator: [...COLUMNS_OF_USAGE, ...COLUMNS_OF_CORRECTION],
  reversal: COLUMNS_OF_USAGE_ALONE,
  reprice: COLUMNS_OF_USAGE_ALONE,
};

function refuseOtherColumns(row: StreamedRow, kind: CauseKind): void {
  for (const column of REFUSED[kind]) {
    if ((row[AT[column]] ?? null) !== null) throw new Error(`${column} stands on an entry that is caused by ${kind}`);
  }
}

function isCorrectionKind(kind: CauseKind): boolean {
  return kind === 'reversal' || kind === 'reprice';
}

const POSITION = /^[1-9]\d{0,14}$/;

function readCause(row: StreamedRow, kind: CauseKind, type: LedgerType, names: Names): Cause {
  const isOfUsage = type === 'request' || type === 'playground';
  if ((kind !== 'operator') !== isOfUsage) throw new Error(`${kind} causes no entry of this type`);
  const id = textIn(row, AT.cause_id);
  if (isCorrectionKind(kind) && !(POSITION.test(id) && Number(id) < wholeIn(row, AT.sequence))) {
    throw new Error('a correction names no position before its own');
  }
  return kind === 'usage_event' ? { kind, source: nameIn(row, AT.source_key, names), id } : { kind, id };
}

function readUsage(row: StreamedRow, type: LedgerType, names: Names): PostedUsage {
  return {
    requestId: textIn(row, AT.request_id),
    attemptId: row[AT.attempt_id] ?? null,
    origin: type === 'playground' ? 'playground' : 'gateway',
    provider: nameIn(row, AT.provider_key, names),
    model: nameIn(row, AT.model_key, names),
    serviceTier: serviceTierCodes.wordOf(wholeIn(row, AT.service_tier)),
    outcome: outcomeCodes.wordOf(wholeIn(row, AT.outcome)),
    cacheHit: flagIn(row, AT.cache_hit),
    credential: credentialCodes.wordOf(wholeIn(row, AT.credential)),
    tokens: {
      input: countIn(row, AT.input_tokens),
      cacheReadInput: countIn(row, AT.cache_read_tokens),
      cacheCreation5mInput: countIn(row, AT.cache_creation_5m_tokens),
      cacheCreation1hInput: countIn(row, AT.cache_creation_1h_tokens),
      inputAudio: countIn(row, AT.input_audio_tokens),
      cacheReadInputAudio: countIn(row, AT.cache_read_audio_tokens),
      output: countIn(row, AT.output_tokens),
      reasoningOutput: countIn(row, AT.reasoning_tokens),
      outputAudio: countIn(row, AT.output_audio_tokens),
    },
    teamId: optionalNameIn(row, AT.team_key, names),
    apiKeyId: optionalNameIn(row, AT.api_key_key, names),
    promptId: optionalNameIn(row, AT.prompt_key, names),
    sessionId: row[AT.session_id] ?? null,
    userReference: optionalWholeIn(row, AT.user_key),
    contentDigest: readDigest(textIn(row, AT.content)) as Digest,
    counted: flagIn(row, AT.counted),
    price: readPrice(row),
    plan: readPlan(row),
    ingestPartition: wholeIn(row, AT.partition_key),
  };
}

/** What the next entry goes on from, where it can be read. */
function readTrail(row: StreamedRow): UnreadableEntry['trail'] {
  try {
    return {
      amount: amountIn(row, AT.amount),
      balanceAfter: amountIn(row, AT.balance_after),
      recordedAt: instantIn(row, AT.recorded_at),
      hash: hashIn(row, AT.hash),
    };
  } catch {
    return null;
  }
}
