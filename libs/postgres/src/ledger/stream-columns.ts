/** A row as the driver receives it: nothing parsed, values in the order of `STREAMED_COLUMNS`. */
export type StreamedRow = readonly (string | null)[];

const COLUMNS_OF_ALL = [
  'organization_key',
  'sequence',
  'type',
  'amount',
  'balance_after',
  'occurred_at',
  'recorded_at',
  'cause_kind',
  'cause_id',
  'reason',
  'hash',
  'identity',
] as const;

/** NULL on everything that is no usage. */
export const COLUMNS_OF_USAGE = [
  'source_key',
  'request_id',
  'attempt_id',
  'session_id',
  'provider_key',
  'model_key',
  'team_key',
  'api_key_key',
  'prompt_key',
  'user_key',
  'content',
  'partition_key',
  'service_tier',
  'outcome',
  'credential',
  'cache_hit',
  'counted',
  'rate_card_version',
  'override_version',
  'markup_basis_points',
  'plan_version',
  'standing',
  'overage_rate',
  'input_tokens',
  'cache_read_tokens',
  'cache_creation_5m_tokens',
  'cache_creation_1h_tokens',
  'input_audio_tokens',
  'cache_read_audio_tokens',
  'output_tokens',
  'reasoning_tokens',
  'output_audio_tokens',
] as const;

/** NULL on everything that corrects nothing. */
export const COLUMNS_OF_CORRECTION = ['uncounted', 'reprice_plan', 'void_event_id'] as const;

/** What a correction has of the columns of usage: what it repeats, and what says who asked for it. */
const SHARED_WITH_USAGE: readonly string[] = [
  'source_key',
  'request_id',
  'provider_key',
  'model_key',
  'team_key',
  'prompt_key',
  'content',
  'partition_key',
  'rate_card_version',
  'override_version',
  'markup_basis_points',
  'plan_version',
  'standing',
  'overage_rate',
];

/** NULL on a correction. */
export const COLUMNS_OF_USAGE_ALONE = COLUMNS_OF_USAGE.filter((column) => !SHARED_WITH_USAGE.includes(column));

/** Every column of `ledger_event`: what is left out here would go unverified. */
export const STREAMED_COLUMNS = [...COLUMNS_OF_ALL, ...COLUMNS_OF_USAGE, ...COLUMNS_OF_CORRECTION] as const;

type Column = (typeof STREAMED_COLUMNS)[number];
/** Where a column stands in a streamed row. */
export const AT = Object.fromEntries(STREAMED_COLUMNS.map((name, index) => [name, index])) as Readonly<
  Record<Column, number>
>;
