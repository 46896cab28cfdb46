import type { Correction, LedgerEvent, PostedUsage } from '@floopy/domain';
import {
  boolArray,
  hashArray,
  int2Array,
  int4Array,
  int8Array,
  numericArray,
  textArray,
  timestamptzArray,
  uuidArray,
} from '../connection/binary-array';
import type { Queries } from '../connection/queries';
import type { LabelKeys } from './intern-labels';
import {
  causeKindCodes,
  credentialCodes,
  ledgerTypeCodes,
  outcomeCodes,
  serviceTierCodes,
  standingCodes,
} from './ledger-codes';

/** A ledger event with what its row needs beside it. */
export interface LedgerRow {
  readonly event: LedgerEvent;
  readonly organizationKey: number;
  /** The identity digest of the producer's event behind it; null when there is none. */
  readonly identity: string | null;
}

/**
 * Appends ledger events, one statement for all of them. The caller holds the lock of every stream it appends to and
 * writes the new heads in the same transaction. A sequence or an identity that is taken fails the whole statement.
 */
export async function appendLedgerEvents(
  transaction: Queries,
  rows: readonly LedgerRow[],
  labels: LabelKeys,
): Promise<void> {
  if (rows.length === 0) return;
  // Hardly any batch corrects: the others do not carry columns that are NULL throughout.
  const corrects = rows.some(({ event }) => event.correction !== null);
  const columns = corrects ? [...COLUMNS, ...COLUMNS_OF_CORRECTION] : COLUMNS;
  await transaction.query({
    name: corrects ? 'append_ledger_events_and_corrections' : 'append_ledger_events',
    text: `
      INSERT INTO ledger_event (${columns.map((column) => column.name).join(', ')})
      SELECT * FROM unnest(${columns.map((column, index) => `$${index + 1}::${column.type}[]`).join(', ')})`,
    values: columns.map((column) => column.encode(rows, labels)),
  });
}

interface Column {
  readonly name: string;
  readonly type: string;
  readonly encode: (rows: readonly LedgerRow[], labels: LabelKeys) => Buffer;
}

function column<Value>(
  name: string,
  type: string,
  encode: (values: Value[]) => Buffer,
  valueOf: (event: LedgerEvent, row: LedgerRow) => Value,
): Column {
  return {
    name,
    type,
    encode: (rows) =>
      encodeKnown(
        encode,
        rows.map((row) => valueOf(row.event, row)),
      ),
  };
}

/** A column that is NULL throughout goes without its elements: `unnest` fills a shorter array up with NULL. */
function encodeKnown<Value>(encode: (values: Value[]) => Buffer, values: Value[]): Buffer {
  return encode(values.every((value) => value === null) ? [] : values);
}

/** A column that only usage has: NULL on every other event. */
function usageColumn<Value>(
  name: string,
  type: string,
  encode: (values: (Value | null)[]) => Buffer,
  valueOf: (usage: PostedUsage) => Value | null,
): Column {
  return column(name, type, encode, ({ usage }) => (usage === null ? null : valueOf(usage)));
}

/** A column of what a correction repeats of the usage that it corrects. */
function sharedColumn<Value>(
  name: string,
  type: string,
  encode: (values: (Value | null)[]) => Buffer,
  valueOf: (facts: SharedFacts) => Value | null,
): Column {
  return column(name, type, encode, ({ usage, correction }) => {
    const facts = usage ?? correction;
    return facts === null ? null : valueOf(facts);
  });
}

type SharedFacts = Pick<Correction & PostedUsage, keyof Correction & keyof PostedUsage>;

function correctionColumn<Value>(
  name: string,
  type: string,
  encode: (values: (Value | null)[]) => Buffer,
  valueOf: (correction: Correction) => Value | null,
): Column {
  return column(name, type, encode, ({ correction }) => (correction === null ? null : valueOf(correction)));
}

function labelColumn(name: string, valueOf: (event: LedgerEvent) => string | null | undefined): Column {
  return {
    name,
    type: 'int4',
    encode: (rows, labels) =>
      int4Array(
        rows.map(({ event, organizationKey }) => {
          const value = valueOf(event);
          return value === null || value === undefined ? null : labels.nameKey(organizationKey, value);
        }),
      ),
  };
}

/** Zero is stored as NULL: most requests leave most token classes empty, and NULL takes no room. */
function tokensColumn(name: string, tokensOf: (tokens: PostedUsage['tokens']) => number): Column {
  return usageColumn(name, 'int4', int4Array, ({ tokens }) => tokensOf(tokens) || null);
}

const COLUMNS: readonly Column[] = [
  column('organization_key', 'int4', int4Array, (_, row) => row.organizationKey),
  column('sequence', 'int8', int8Array, (event) => event.sequence),
  column('type', 'int2', int2Array, (event) => ledgerTypeCodes.codeOf(event.type)),
  column('amount', 'numeric', numericArray, (event) => event.amount),
  column('balance_after', 'numeric', numericArray, (event) => event.balanceAfter),
  column('occurred_at', 'timestamptz', timestamptzArray, (event) => event.occurredAt),
  column('recorded_at', 'timestamptz', timestamptzArray, (event) => event.recordedAt),
  column('cause_kind', 'int2', int2Array, (event) => causeKindCodes.codeOf(event.cause.kind)),
  column('cause_id', 'text', textArray, (event) => event.cause.id),
  column('reason', 'text', textArray, (event) => event.reason),
  column('hash', 'bytea', hashArray, (event) => event.hash),
  column('identity', 'uuid', uuidArray, (_, row) => row.identity),
  labelColumn('source_key', ({ cause, correction }) =>
    cause.kind === 'usage_event' ? cause.source : correction?.voiding?.source,
  ),
  labelColumn('provider_key', ({ usage, correction }) => (usage ?? correction)?.provider),
  labelColumn('model_key', ({ usage, correction }) => (usage ?? correction)?.model),
  labelColumn('team_key', ({ usage, correction }) => (usage ?? correction)?.teamId),
  labelColumn('api_key_key', ({ usage }) => usage?.apiKeyId),
  labelColumn('prompt_key', ({ usage, correction }) => (usage ?? correction)?.promptId),
  usageColumn('user_key', 'int4', int4Array, (usage) => usage.userReference),
  column('content', 'uuid', uuidArray, contentDigestOf),
  column('partition_key', 'int2', int2Array, ingestPartitionOf),
  usageColumn('service_tier', 'int2', int2Array, (usage) => serviceTierCodes.codeOf(usage.serviceTier)),
  usageColumn('outcome', 'int2', int2Array, (usage) => outcomeCodes.codeOf(usage.outcome)),
  usageColumn('credential', 'int2', int2Array, (usage) => credentialCodes.codeOf(usage.credential)),
  usageColumn('cache_hit', 'bool', boolArray, (usage) => usage.cacheHit),
  usageColumn('counted', 'bool', boolArray, (usage) => usage.counted),
  sharedColumn('request_id', 'text', textArray, ({ requestId }) => requestId),
  usageColumn('attempt_id', 'text', textArray, (usage) => usage.attemptId),
  usageColumn('session_id', 'text', textArray, (usage) => usage.sessionId),
  sharedColumn('rate_card_version', 'int4', int4Array, ({ price }) => price?.rateCardVersion ?? null),
  sharedColumn('override_version', 'int4', int4Array, ({ price }) => price?.overrideVersion ?? null),
  sharedColumn('markup_basis_points', 'int4', int4Array, ({ price }) => price?.markupBasisPoints || null),
  sharedColumn('plan_version', 'int4', int4Array, ({ plan }) => plan?.planVersion ?? null),
  sharedColumn('standing', 'int2', int2Array, ({ plan }) =>
    plan === null ? null : standingCodes.codeOf(plan.standing),
  ),
  sharedColumn('overage_rate', 'numeric', numericArray, ({ plan }) => plan?.overageRate ?? null),
  tokensColumn('input_tokens', (tokens) => tokens.input),
  tokensColumn('cache_read_tokens', (tokens) => tokens.cacheReadInput),
  tokensColumn('cache_creation_5m_tokens', (tokens) => tokens.cacheCreation5mInput),
  tokensColumn('cache_creation_1h_tokens', (tokens) => tokens.cacheCreation1hInput),
  tokensColumn('input_audio_tokens', (tokens) => tokens.inputAudio),
  tokensColumn('cache_read_audio_tokens', (tokens) => tokens.cacheReadInputAudio),
  tokensColumn('output_tokens', (tokens) => tokens.output),
  tokensColumn('reasoning_tokens', (tokens) => tokens.reasoningOutput),
  tokensColumn('output_audio_tokens', (tokens) => tokens.outputAudio),
];

const COLUMNS_OF_CORRECTION: readonly Column[] = [
  correctionColumn('uncounted', 'bool', boolArray, ({ uncounted }) => uncounted),
  correctionColumn('reprice_plan', 'int4', int4Array, ({ repricePlan }) => repricePlan),
  correctionColumn('void_event_id', 'text', textArray, ({ voiding }) => voiding?.id ?? null),
];

function ingestPartitionOf({ usage, correction }: LedgerEvent): number | null {
  return (usage ?? correction?.voiding)?.ingestPartition ?? null;
}

function contentDigestOf({ usage, correction }: LedgerEvent): string | null {
  return (usage ?? correction?.voiding)?.contentDigest ?? null;
}
