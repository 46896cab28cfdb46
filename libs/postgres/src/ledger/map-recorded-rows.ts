import type { RecordedTeamSpend } from '@floopy/application';
import type { CarriedOverage, HourlySpend, MonthlyUsage, PeriodOverage, RecordedChange } from '@floopy/domain';
import { readChangeContent } from '../organization/change-content';
import { changeKindCodes } from '../organization/terms-codes';
import { originCodes } from './ledger-codes';
import { amountOfRow } from './lock-streams';
import { readInstant } from './stream-values';

/** Rows beside a ledger as verification reads them: arrays in JSON, times and amounts as Postgres writes them. */
type MonthJson = readonly [start: string, end: string, origin: number, requests: number, spend: string];

export const MONTH_JSON = 'json_build_array(period_start::text, period_end::text, origin, requests, spend::text)';

export function mapMonth([start, end, origin, requests, spend]: MonthJson): MonthlyUsage {
  return {
    periodStart: readInstant(start),
    periodEnd: readInstant(end),
    origin: originCodes.wordOf(origin),
    requests,
    spend: amountOfRow(spend),
  };
}

type OverageJson = readonly [
  start: string,
  end: string,
  requests: number,
  amount: string,
  lateRequests: number,
  lateAmount: string,
  excessRequests: number,
];

export const OVERAGE_JSON = `json_build_array(period_start::text, period_end::text, requests, amount::text, late_requests,
  late_amount::text, excess_requests)`;

export function mapOverage([
  start,
  end,
  requests,
  amount,
  lateRequests,
  lateAmount,
  excess,
]: OverageJson): PeriodOverage {
  return {
    period: { start: readInstant(start), end: readInstant(end) },
    requests,
    amount: amountOfRow(amount),
    lateRequests,
    lateAmount: amountOfRow(lateAmount),
    excessRequests: excess,
  };
}

type CarriedJson = readonly [
  sourceStart: string,
  sourceEnd: string,
  intoStart: string,
  intoEnd: string,
  requests: number,
  amount: string,
];

export const CARRIED_JSON = `json_build_array(source_start::text, source_end::text, into_start::text, into_end::text,
  requests, amount::text)`;

export function mapCarried([
  sourceStart,
  sourceEnd,
  intoStart,
  intoEnd,
  requests,
  amount,
]: CarriedJson): CarriedOverage {
  return {
    source: { start: readInstant(sourceStart), end: readInstant(sourceEnd) },
    into: { start: readInstant(intoStart), end: readInstant(intoEnd) },
    requests,
    amount: amountOfRow(amount),
  };
}

type TeamSpendJson = readonly [start: string, teamKey: number, requests: number, spend: string];

export const TEAM_SPEND_JSON = 'json_build_array(period_start::text, team_key, requests, spend::text)';

/** @param names by the keys of labels; key 0 is of what no team is named for */
export function mapTeamSpend(
  [start, teamKey, requests, spend]: TeamSpendJson,
  names: ReadonlyMap<string, string>,
): RecordedTeamSpend {
  const teamId = teamKey === 0 ? null : names.get(String(teamKey));
  if (teamId === undefined) throw new Error(`a team under key ${teamKey}, which is no name`);
  return { periodStart: readInstant(start), teamId, requests, spend: amountOfRow(spend) };
}

type HourlySpendJson = readonly [hour: string, requests: number, spend: string];

export const HOURLY_SPEND_JSON = 'json_build_array(hour::text, requests, spend::text)';

export function mapHourlySpend([hour, requests, spend]: HourlySpendJson): HourlySpend {
  return { hour: readInstant(hour), requests, spend: amountOfRow(spend) };
}

type ChangeJson = readonly [
  number: number,
  kind: number,
  position: number,
  recordedAt: string,
  effectiveAt: string,
  changedBy: string,
  content: string,
];

export const CHANGE_JSON = `json_build_array(change_number, kind, position, recorded_at::text, effective_at::text,
  changed_by, content)`;

export function mapChange([
  number,
  kind,
  position,
  recordedAt,
  effectiveAt,
  changedBy,
  text,
]: ChangeJson): RecordedChange {
  return {
    number,
    position,
    recordedAt: readInstant(recordedAt),
    effectiveAt: readInstant(effectiveAt),
    changedBy,
    change: readChangeContent(changeKindCodes.wordOf(kind), text),
  };
}
