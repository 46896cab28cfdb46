import { type Account, type Month, monthOf } from './account';
import type { Entry } from './vocabulary';

/** How long after its end a month's overage still goes onto its own invoice. */
const FREEZE_MS = 10 * 60_000;

/** What is shown of a balance, now or as of an earlier place. */
export interface BalanceFigures {
  readonly position: number;
  readonly balance: bigint;
  readonly recordedAt: number | null;
  readonly periodStart: number;
  readonly included: number;
  readonly used: number;
  readonly overage: number;
}

/** The balance after a position, by the month in which that was recorded, or which holds `moment`. */
export function balanceAt(
  account: Account,
  position: number,
  now: number,
  moment: number | null = null,
): BalanceFigures {
  const recordedAt = account.entries[position - 1]?.recordedAt ?? null;
  const at = moment ?? recordedAt ?? now;
  const month = monthOf(at);
  return {
    position,
    balance: account.balanceAt(position),
    recordedAt,
    periodStart: month.start,
    included: account.rulesOf(account.planIn(month, at)).included,
    used: account.countedIn(month, position),
    overage: account.overageIn(month, position),
  };
}

/** The last position that was recorded by a moment. */
export function positionAt({ entries }: Account, moment: number): number {
  return entries.filter(({ recordedAt }) => recordedAt <= moment).length;
}

export interface MonthFigures {
  readonly start: number;
  readonly origin: string;
  readonly requests: number;
  readonly spend: bigint;
}

/** What was used in each month, by origin; adjustments are no usage. */
export function monthsOf({ entries }: Account): MonthFigures[] {
  const months = new Map<string, MonthFigures>();
  for (const { type, occurredAt, units, charged, corrected } of entries) {
    if (charged === null && corrected === null) continue;
    const origin = type === 'playground' ? 'playground' : 'gateway';
    const { start } = monthOf(occurredAt);
    const known = months.get(`${start} ${origin}`) ?? { start, origin, requests: 0, spend: 0n };
    const counts = charged === null ? -Number(corrected?.uncounts ?? false) : Number(isCounted(charged.standing));
    months.set(`${start} ${origin}`, { ...known, requests: known.requests + counts, spend: known.spend - units });
  }
  return [...months.values()].sort((one, other) => one.start - other.start || (one.origin < other.origin ? -1 : 1));
}

export interface OverageFigures {
  requests: number;
  amount: bigint;
  lateRequests: number;
  lateAmount: bigint;
  excessRequests: number;
}

/** What went past the allowance of a month, and what of it came after its invoice. */
export function overageOf(account: Account, month: Month): OverageFigures {
  const sums = { requests: 0, amount: 0n, lateRequests: 0, lateAmount: 0n, excessRequests: 0 };
  for (const { entry, sign, standing, rate } of unitsIn(account, month)) {
    const money = rate * BigInt(sign);
    if (standing === 'excess_unbilled') sums.excessRequests += sign;
    else if (isLate(month, entry)) {
      sums.lateRequests += sign;
      sums.lateAmount += money;
    } else {
      sums.requests += sign;
      sums.amount += money;
    }
  }
  return sums;
}

/** What late overage of earlier months brings onto the invoice of a month: where it comes from, how many, how much. */
export function carriedInto(account: Account, into: Month): string[] {
  const carried = new Map<number, { requests: number; amount: bigint }>();
  for (const entry of account.entries.filter(({ recordedAt }) => recordedAt >= into.start && recordedAt < into.end)) {
    const month = monthOf(entry.occurredAt);
    const unit = account.unitOf(entry);
    if (unit?.standing !== 'overage' || !isLate(month, entry)) continue;
    const sums = carried.get(month.start) ?? { requests: 0, amount: 0n };
    carried.set(month.start, sums);
    sums.requests += account.signOf(entry);
    sums.amount += unit.rate * BigInt(account.signOf(entry));
  }
  return [...carried].map(([start, { requests, amount }]) => `${start} ${requests} ${amount}`).sort();
}

function unitsIn(account: Account, month: Month) {
  return account.entries
    .filter(({ occurredAt }) => occurredAt >= month.start && occurredAt < month.end)
    .flatMap((entry) => {
      const unit = account.unitOf(entry);
      return unit === null ? [] : [{ entry, sign: account.signOf(entry), ...unit }];
    });
}

function isLate({ end }: Month, { recordedAt }: Entry): boolean {
  return recordedAt >= end + FREEZE_MS;
}

function isCounted(standing: string): boolean {
  return standing !== 'repeated' && standing !== 'exempt';
}
