import type { TermsChange } from '@floopy/domain';
import { type Change, END, FREEZE_MS, HOUR_MS, INCLUDED, RATES, START } from './two-years-of-usage';

/** An entry as it is stored, times in milliseconds; a recount takes what occurred from it, and compares the rest. */
export interface Row {
  readonly sequence: number;
  readonly occurred: number;
  readonly recorded: number;
  readonly request: string;
  readonly served: boolean;
  readonly plan: string;
  readonly standing: number;
  readonly rate: string | null;
}

/** What has to be stored, as text. */
export interface Recount {
  readonly placed: string[];
  readonly periods: string[];
  readonly carried: string[];
  readonly counts: string[];
  readonly late: number;
}

interface Sums {
  requests: number;
  amount: bigint;
  lateRequests: number;
  lateAmount: bigint;
  excess: number;
}

/** Goes through all that happened for every entry, and walks the calendar hour by hour. */
export function recount(rows: readonly Row[], changes: readonly Change[]): Recount {
  const counted = new Map<number, number>();
  const requests = new Set<string>();
  const overage = new Map<number, Sums>();
  const carried = new Map<string, { requests: number; amount: bigint }>();
  const placed: string[] = [];
  let late = 0;
  for (const row of rows) {
    const known = changes.filter(({ position }) => position < row.sequence);
    const turns = turnsOf(known);
    const [start, end] = periodAt(turns, row.occurred);
    const plan = planIn(known, start, end, row.recorded);
    const standing = standingOf(row, { known, plan, requests, before: counted.get(start) ?? 0 });
    const rate = standing === 2 ? (RATES[plan] ?? 0n) : null;
    placed.push(`${row.sequence} ${plan} ${standing} ${rate === null ? '' : decimal(rate)}`);
    if (standing > 3) continue;
    requests.add(row.request);
    counted.set(start, (counted.get(start) ?? 0) + 1);
    if (standing === 1) continue;
    const sums = overage.get(start) ?? { requests: 0, amount: 0n, lateRequests: 0, lateAmount: 0n, excess: 0 };
    overage.set(start, sums);
    if (rate === null) sums.excess += 1;
    else if (row.recorded < end + FREEZE_MS) {
      sums.requests += 1;
      sums.amount += rate;
    } else {
      late += 1;
      sums.lateRequests += 1;
      sums.lateAmount += rate;
      const key = `${start} ${periodAt(turns, row.recorded)[0]}`;
      const { requests: units, amount } = carried.get(key) ?? { requests: 0, amount: 0n };
      carried.set(key, { requests: units + 1, amount: amount + rate });
    }
  }
  const inOrder = <Value>(map: Map<number, Value>) => [...map].sort(([left], [right]) => left - right);
  return {
    placed,
    late,
    periods: inOrder(overage).map(
      ([start, { requests: units, amount, lateRequests, lateAmount, excess }]) =>
        `${start} ${units} ${decimal(amount)} ${lateRequests} ${decimal(lateAmount)} ${excess}`,
    ),
    carried: [...carried].map(([key, sums]) => `${key} ${sums.requests} ${decimal(sums.amount)}`).sort(),
    counts: inOrder(counted).map(([start, units]) => `${start} ${units}`),
  };
}

interface Judged {
  readonly known: readonly Change[];
  readonly plan: string;
  readonly requests: ReadonlySet<string>;
  readonly before: number;
}

function standingOf(row: Row, { known, plan, requests, before }: Judged): number {
  if (!row.served) return 5;
  if (requests.has(row.request)) return 4;
  if (before < (INCLUDED[plan] ?? 0)) return 1;
  const isOn = lastOf(known, 'overage', row.occurred)?.enabled === true;
  return isOn && RATES[plan] !== null ? 2 : 3;
}

const turnsByAnchors = new Map<string, number[]>();

/** The hours at which periods begin, by walking over all of them. */
function turnsOf(known: readonly Change[]): number[] {
  const anchors = known.flatMap(({ effectiveAt, change }) =>
    change.type === 'billing_anchor' ? [{ from: effectiveAt, day: change.day, hour: change.hour }] : [],
  );
  const name = JSON.stringify(anchors);
  const remembered = turnsByAnchors.get(name);
  if (remembered !== undefined) return remembered;
  const turns: number[] = [];
  for (let moment = START - 40 * 24 * HOUR_MS; moment < END + 40 * 24 * HOUR_MS; moment += HOUR_MS) {
    const date = new Date(moment);
    let inForce = { from: Number.NEGATIVE_INFINITY, day: 1, hour: 0 };
    for (const anchor of anchors) if (anchor.from <= moment && anchor.from >= inForce.from) inForce = anchor;
    const isLastOfMonth = new Date(moment + 24 * HOUR_MS).getUTCMonth() !== date.getUTCMonth();
    const isDay = date.getUTCDate() === inForce.day || (isLastOfMonth && date.getUTCDate() < inForce.day);
    if ((isDay && date.getUTCHours() === inForce.hour) || anchors.some(({ from }) => from === moment)) turns.push(moment);
  }
  turnsByAnchors.set(name, turns);
  return turns;
}

function periodAt(turns: readonly number[], moment: number): [start: number, end: number] {
  return [turns.filter((turn) => turn <= moment).at(-1) ?? 0, turns.find((turn) => turn > moment) ?? 0];
}

function lastOf<Kind extends TermsChange['type']>(
  known: readonly Change[],
  type: Kind,
  moment: number,
): Extract<TermsChange, { type: Kind }> | undefined {
  let last: Change | undefined;
  for (const candidate of known) {
    if (candidate.change.type !== type || candidate.effectiveAt > moment) continue;
    if (last === undefined || candidate.effectiveAt >= last.effectiveAt) last = candidate;
  }
  return last?.change as Extract<TermsChange, { type: Kind }> | undefined;
}

/** The plan that judges a period: created on `mid`, and then the most that was reached within it. */
function planIn(known: readonly Change[], start: number, end: number, now: number): string {
  let plan = lastOf(known, 'plan', start)?.planId ?? 'mid';
  const moments = known.filter(({ change }) => change.type === 'plan').map(({ effectiveAt }) => effectiveAt);
  for (const moment of moments.filter((each) => each > start && each < end && each <= now).sort((a, b) => a - b)) {
    const next = lastOf(known, 'plan', moment)?.planId ?? 'mid';
    if ((INCLUDED[next] ?? 0) >= (INCLUDED[plan] ?? 0)) plan = next;
  }
  return plan;
}

function decimal(units: bigint): string {
  const digits = units.toString().padStart(11, '0');
  return `${digits.slice(0, -10)}.${digits.slice(-10)}`;
}
