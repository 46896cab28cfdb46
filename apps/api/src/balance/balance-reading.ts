import type { BalanceReading } from '@floopy/contracts';
import { calendarMonthOf, FREE_INCLUDED_REQUESTS, type Instant, ZERO_AMOUNT } from '@floopy/domain';
import {
  countRequests,
  findPositionAt,
  type Queries,
  readBalance,
  readBalanceAt,
  readStreamEnd,
} from '@floopy/postgres';
import type { BoundOrganization } from '../http/api-request';
import { timeOf } from '../http/interval-of';
import { WHOLE_NUMBER } from '../http/parameter-rules';
import { invalidRequest } from '../problems/problem-error';

/** What a balance is shown from, without its lag. */
export type LedgerReading = Omit<BalanceReading, 'watermark'> & {
  readonly position: number;
  readonly recordedAt: Instant | null;
};

/** Plans and admission come later: until then every allowance is the free one, and nothing is held. */
const UNTIL_PLANS = { requestsIncluded: FREE_INCLUDED_REQUESTS, openHolds: ZERO_AMOUNT };

/** The balance as it is, with the requests of the billing period that holds `now`. */
export async function readCurrentBalance(
  queries: Queries,
  { id, key }: BoundOrganization,
  now: Instant,
): Promise<LedgerReading> {
  const period = calendarMonthOf(now);
  const { amount, ...stored } = await readBalance(queries, key, period.start);
  return { ...UNTIL_PLANS, ...stored, organizationId: id, balance: amount, period };
}

/** The balance as it was, with the requests that had counted by then in the billing period that held that moment. */
export async function readPastBalance(
  queries: Queries,
  { id, key }: BoundOrganization,
  asOf: string,
  now: Instant,
): Promise<LedgerReading> {
  const isPosition = WHOLE_NUMBER.test(asOf);
  const position = isPosition ? Number(asOf) : await positionAt(queries, key, timeOf(asOf), now);
  const stored = await readBalanceAt(queries, key, position);
  const { position: end } = await readStreamEnd(queries, key);
  if (stored === null) {
    throw refused(`must not be past the ledger's last position, ${end}; wait for a later one with at_least`);
  }
  const period = calendarMonthOf(isPosition ? (stored.recordedAt ?? now) : timeOf(asOf));
  const requestsUsed = await countRequests(queries, key, period, { position, end });
  const { amount: balance, recordedAt } = stored;
  return { ...UNTIL_PLANS, organizationId: id, balance, position, recordedAt, period, requestsUsed };
}

async function positionAt(queries: Queries, organizationKey: number, time: Instant, now: Instant): Promise<number> {
  if (time > now) throw refused('must not be in the future');
  return findPositionAt(queries, organizationKey, time);
}

function refused(detail: string): Error {
  return invalidRequest([{ pointer: '/as_of', detail }]);
}
