import type { StoredEntry, UnreadableEntry } from '@floopy/application';
import {
  type AppliedPlan,
  type AppliedPrice,
  type Amount,
  amountOfUnits,
  type Cause,
  type Digest,
  type Instant,
  instantOfMilliseconds,
  type LedgerEvent,
  type LedgerHash,
  type LedgerType,
  type OrganizationId,
  type PostedUsage,
} from '@floopy/domain';
import {
  causeKindCodes,
  credentialCodes,
  ledgerTypeCodes,
  outcomeCodes,
  serviceTierCodes,
  standingCodes,
} from './ledger-codes';
import { AT, COLUMNS_OF_USAGE, STREAMED_COLUMNS, type StreamedRow } from './stream-columns';

/** What a streamed row is read with: whose it is, and what the names in it are short for. */
export interface StreamedOrganization {
  readonly organizationId: OrganizationId;
  /** By the label's key, as the row has it. */
  readonly names: ReadonlyMap<string, string>;
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
  const isUsage = type === 'request' || type === 'playground';
  if (!isUsage) refuseUsageColumns(row);
  return {
    organizationId,
    sequence: wholeIn(row, AT.sequence),
    type,
    amount: amountIn(row, AT.amount),
    balanceAfter: amountIn(row, AT.balance_after),
    occurredAt: instantIn(row, AT.occurred_at),
    recordedAt: instantIn(row, AT.recorded_at),
    cause: readCause(row, isUsage, names),
    usage: isUsage ? readUsage(row, type, names) : null,
    reason: row[AT.reason] ?? null,
    hash: hashIn(row, AT.hash),
  };
}

function refuseUsageColumns(row: StreamedRow): void {
  const stated = COLUMNS_OF_USAGE.find((column) => (row[AT[column]] ?? null) !== null);
  if (stated !== undefined) throw new Error(`${stated} stands on an entry that is no usage`);
}

function readCause(row: StreamedRow, isUsage: boolean, names: StreamedOrganization['names']): Cause {
  const kind = causeKindCodes.wordOf(wholeIn(row, AT.cause_kind));
  if ((kind === 'usage_event') !== isUsage) throw new Error(`${kind} causes no entry of this type`);
  const id = textIn(row, AT.cause_id);
  return kind === 'usage_event' ? { kind, source: nameIn(row, AT.source_key, names), id } : { kind, id };
}

function readUsage(row: StreamedRow, type: LedgerType, names: StreamedOrganization['names']): PostedUsage {
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

function readPrice(row: StreamedRow): AppliedPrice | null {
  const rateCardVersion = optionalWholeIn(row, AT.rate_card_version);
  const overrideVersion = optionalWholeIn(row, AT.override_version);
  const markupBasisPoints = optionalWholeIn(row, AT.markup_basis_points) ?? 0;
  if (rateCardVersion !== null) return { rateCardVersion, overrideVersion, markupBasisPoints };
  if (overrideVersion !== null || markupBasisPoints !== 0) throw new Error('an override or a markup without a card');
  return null;
}

/** Null on what was posted before there were plans. */
function readPlan(row: StreamedRow): AppliedPlan | null {
  const planVersion = optionalWholeIn(row, AT.plan_version);
  const standing = optionalWholeIn(row, AT.standing);
  const overageRate = (row[AT.overage_rate] ?? null) === null ? null : amountIn(row, AT.overage_rate);
  if (planVersion !== null && standing !== null) {
    return { planVersion, standing: standingCodes.wordOf(standing), overageRate };
  }
  if (planVersion !== null || standing !== null || overageRate !== null) throw new Error('a plan without its standing');
  return null;
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

function textIn(row: StreamedRow, at: number): string {
  const text = row[at];
  if (text === null || text === undefined) throw new Error(`${STREAMED_COLUMNS[at]} is missing`);
  return text;
}

function wholeIn(row: StreamedRow, at: number): number {
  return Number(textIn(row, at));
}

function optionalWholeIn(row: StreamedRow, at: number): number | null {
  const text = row[at];
  return text === null || text === undefined ? null : Number(text);
}

/** Zero is stored as NULL. */
function countIn(row: StreamedRow, at: number): number {
  const text = row[at];
  if (text === null || text === undefined) return 0;
  const count = Number(text);
  if (count < 0) throw new Error(`${STREAMED_COLUMNS[at]} is negative`);
  return count;
}

function flagIn(row: StreamedRow, at: number): boolean {
  return textIn(row, at) === 't';
}

function nameIn(row: StreamedRow, at: number, names: StreamedOrganization['names']): string {
  const key = textIn(row, at);
  const name = names.get(key);
  if (name === undefined) throw new Error(`${STREAMED_COLUMNS[at]} ${key} names nothing`);
  return name;
}

function optionalNameIn(row: StreamedRow, at: number, names: StreamedOrganization['names']): string | null {
  return (row[at] ?? null) === null ? null : nameIn(row, at, names);
}

/** `numeric(38, 10)` always shows ten decimals: without the point it is a whole number of units. */
function amountIn(row: StreamedRow, at: number): Amount {
  return amountOfUnits(BigInt(textIn(row, at).replace('.', '')));
}

const SECONDS_LENGTH = '2026-11-23 10:00:00'.length;
const UTC = '+00';

/** We write whole milliseconds; a row that says it finer, or in another year than of four digits, is not ours. */
export function readInstant(text: string): Instant {
  const fraction = text.slice(SECONDS_LENGTH, -UTC.length);
  const isOurs = text[4] === '-' && text[10] === ' ' && text.endsWith(UTC) && fraction.length <= '.123'.length;
  const milliseconds = Date.UTC(
    wholeAt(text, 0, 4),
    wholeAt(text, 5, 7) - 1,
    wholeAt(text, 8, 10),
    wholeAt(text, 11, 13),
    wholeAt(text, 14, 16),
    wholeAt(text, 17, SECONDS_LENGTH),
    fraction === '' ? 0 : Math.round(Number(fraction) * 1_000),
  );
  if (!isOurs || Number.isNaN(milliseconds)) throw new Error(`${text} is no time in whole milliseconds of UTC`);
  return instantOfMilliseconds(milliseconds);
}

/** The digits of a time, which Postgres always writes at the same place; cheaper than a pattern for two times a row. */
function wholeAt(text: string, from: number, to: number): number {
  let whole = 0;
  for (let at = from; at < to; at += 1) whole = whole * 10 + text.charCodeAt(at) - 48;
  return whole;
}

function instantIn(row: StreamedRow, at: number): Instant {
  return readInstant(textIn(row, at));
}

const HASH_LENGTH = String.raw`\x`.length + 64;

function hashIn(row: StreamedRow, at: number): LedgerHash {
  const text = textIn(row, at);
  if (text.length !== HASH_LENGTH) throw new Error('a hash has 32 bytes');
  return text.slice(2) as LedgerHash;
}

/** A uuid without its four dashes. */
function readDigest(uuid: string | null): Digest | null {
  if (uuid === null) return null;
  const digits = uuid.slice(0, 8) + uuid.slice(9, 13) + uuid.slice(14, 18) + uuid.slice(19, 23) + uuid.slice(24);
  return digits as Digest;
}
