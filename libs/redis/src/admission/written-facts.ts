import type { LedgerStretch, OrganizationSnapshot } from '@floopy/application';
import { holdKeyText, type SettlingEntry } from '@floopy/domain';
import { limbsOf } from './limbs';

/** A snapshot as the script takes it. Its holds are left out: here, the store itself keeps them. */
export function argumentsOfSnapshot(
  { position, balance, termsVersion, uses }: OrganizationSnapshot,
  circumstances: readonly [past: string, now: number, longestHoldMs: number],
): (string | number)[] {
  const used = uses.flatMap(({ periodStart, requests }) => [periodStart, requests]);
  const spent = uses.flatMap(({ periodStart, teamSpend }) =>
    [...teamSpend].flatMap(([teamId, amount]) => [`${periodStart} ${teamId}`, ...limbsOf(amount)]),
  );
  return [position, ...limbsOf(balance), termsVersion, ...circumstances, uses.length, ...used, ...spent];
}

/** A stretch of the ledger as the script takes it. */
export function argumentsOfStretch(
  { from, to, termsVersion, entries }: LedgerStretch,
  rememberSettledMs: number,
): (string | number)[] {
  return [from, to, termsVersion, rememberSettledMs, ...entries.flatMap(argumentsOfEntry)];
}

function argumentsOfEntry(entry: SettlingEntry): (string | number)[] {
  if (entry.type === 'credit') return ['', '', '', 0, ...limbsOf(entry.amount), 0, 0, 0];
  if (entry.type === 'correction') {
    const { credit, teamId, periodStart, uncounts } = entry;
    return ['', '', teamId ?? '', periodStart, ...limbsOf(credit), 0, 0, Number(uncounts)];
  }
  const { isServed, isRequestCounted, counts } = entry;
  const flags = [isServed, isRequestCounted, counts].map(Number);
  return [
    holdKeyText(entry),
    entry.requestId,
    entry.teamId ?? '',
    entry.periodStart,
    ...limbsOf(entry.charge),
    ...flags,
  ];
}
