import type { BalanceReading } from '@floopy/contracts';
import { type BillingPeriod, forecastCredits, type Instant, periodHolding, planInPeriod } from '@floopy/domain';
import {
  type BalanceQuestion,
  countOverage,
  countRequests,
  type CurrentBalance,
  findPositionAt,
  type HeldTerms,
  type HoldTraces,
  type Queries,
  readBalanceAt,
  readStreamEnd,
} from '@floopy/postgres';
import type { BoundOrganization } from '../http/api-request';
import { timeOf } from '../http/interval-of';
import { WHOLE_NUMBER } from '../http/parameter-rules';
import { invalidRequest } from '../problems/problem-error';

/** What a balance is shown from, without its lag, and without what is held beside it. */
export type LedgerReading = Omit<BalanceReading, 'watermark' | 'openHolds'> & {
  readonly position: number;
  readonly recordedAt: Instant | null;
  /** The number of the last change of terms that it is judged by. */
  readonly termsVersion: number;
};

/** The balance of the moment, and what Postgres knew then of its holds. */
export type CurrentReading = LedgerReading & { readonly journal: HoldTraces };

export type AskBalance = (question: BalanceQuestion) => Promise<CurrentBalance | null>;

/**
 * The balance as it is, with the requests of the billing period that holds `now`.
 * @returns null when `held` is no longer what the organization agreed to
 */
export async function readCurrentReading(
  ask: AskBalance,
  { id, key: organizationKey }: BoundOrganization,
  held: HeldTerms,
  now: Instant,
): Promise<CurrentReading | null> {
  const { period, requestsIncluded } = allowanceAt(held, now);
  const current = await ask({ organizationKey, period });
  if (current === null) return null;
  const { amount, burn, publishedVersion, ...stored } = current;
  if (stored.termsVersion !== held.terms.version || publishedVersion !== held.publishedVersion) return null;
  // Of the balance: what is held is not spent yet, and part of it comes back.
  const forecast = burn === null ? null : forecastCredits(amount, burn, now);
  return { ...stored, organizationId: id, balance: amount, period, requestsIncluded, forecast };
}

/** The balance as it was, with the requests that had counted by then in the billing period that held that moment. */
export async function readPastBalance(
  queries: Queries,
  { id, key }: BoundOrganization,
  held: HeldTerms,
  { asOf, now }: { readonly asOf: string; readonly now: Instant },
): Promise<LedgerReading> {
  const isPosition = WHOLE_NUMBER.test(asOf);
  const position = isPosition ? Number(asOf) : await positionAt(queries, key, timeOf(asOf), now);
  const stored = await readBalanceAt(queries, key, position);
  const { position: end } = await readStreamEnd(queries, key);
  if (stored === null) {
    throw refused(`must not be past the ledger's last position, ${end}; wait for a later one with at_least`);
  }
  const { period, requestsIncluded } = allowanceAt(held, isPosition ? (stored.recordedAt ?? now) : timeOf(asOf));
  const requestsUsed = await countRequests(queries, key, period, { position, end });
  const requestsOverage = await countOverage(queries, key, period, { position, end });
  const { amount: balance, recordedAt } = stored;
  const terms = { period, requestsIncluded, requestsUsed, requestsOverage, termsVersion: held.terms.version };
  return { organizationId: id, balance, position, recordedAt, ...terms, overageIncurred: null, forecast: null };
}

/** The billing period that holds a moment, and what its plan included then. */
function allowanceAt(
  { terms, plans }: HeldTerms,
  at: Instant,
): { readonly period: BillingPeriod; readonly requestsIncluded: number } {
  const period = periodHolding(terms.anchors, at);
  return { period, requestsIncluded: planInPeriod(terms, plans, period, at).includedRequests };
}

async function positionAt(queries: Queries, organizationKey: number, time: Instant, now: Instant): Promise<number> {
  if (time > now) throw refused('must not be in the future');
  return findPositionAt(queries, organizationKey, time);
}

function refused(detail: string): Error {
  return invalidRequest([{ pointer: '/as_of', detail }]);
}
