import {
  addAmounts,
  type Amount,
  assert,
  HOUR_MS,
  type HourlySpend,
  type Instant,
  instantOfMilliseconds,
} from '@floopy/domain';
import { amountOfRow } from '../ledger/lock-streams';

/** What an organization has spent by hour, up to a position of its ledger. Never changed in place. */
export interface SpentHours {
  readonly position: number;
  readonly hours: ReadonlyMap<Instant, Amount>;
}

/** What was spent past a position, as `read_current_balances` tells it; from 0 on, it is everything. */
export interface SpentSince {
  readonly spent_from: string | null;
  /** Hours since 1970; one may come twice. */
  readonly spent_hours: readonly number[] | null;
  readonly spent_amounts: readonly string[] | null;
}

/** More organizations than that, and those that were read first are read in full again. */
const MAX_REMEMBERED_ORGANIZATIONS = 5_000;

/** Remembers spending by hour between readings of a balance: entries never change, so that each adds what came since. */
export class SpentHoursMemory {
  private readonly known = new Map<number, SpentHours>();

  recall(organizationKey: number): SpentHours | null {
    return this.known.get(organizationKey) ?? null;
  }

  remember(organizationKey: number, spent: SpentHours): void {
    if ((this.known.get(organizationKey)?.position ?? -1) > spent.position) return;
    this.known.delete(organizationKey);
    this.known.set(organizationKey, spent);
    const [oldest] = this.known.keys();
    if (this.known.size > MAX_REMEMBERED_ORGANIZATIONS && oldest !== undefined) this.known.delete(oldest);
  }
}

/**
 * Adds what was spent since.
 * @param known what the database was told to be known
 * @param from hours before this one are forgotten
 * @returns null when it is not known up to `position`
 */
export function spentUpTo(
  position: number,
  known: SpentHours | null,
  { spent_from, spent_hours, spent_amounts }: SpentSince,
  from: Instant,
): SpentHours | null {
  if (spent_from === null) return null;
  const isAdded = known !== null && spent_from !== '0';
  assert(!isAdded || known.position === Number(spent_from), 'what is told follows what is known');
  if (isAdded && known.position === position) return known;
  const hours = new Map([...(isAdded ? known.hours : [])].filter(([hour]) => hour >= from));
  spent_hours?.forEach((number, index) => {
    const hour = instantOfMilliseconds(number * HOUR_MS);
    const spent = amountOfRow(spent_amounts?.[index] ?? '');
    const before = hours.get(hour);
    hours.set(hour, before === undefined ? spent : addAmounts(before, spent));
  });
  return { position, hours };
}

export function hourlySpendOf({ hours }: SpentHours): HourlySpend[] {
  return [...hours].map(([hour, spend]) => ({ hour, spend, requests: 0 }));
}
