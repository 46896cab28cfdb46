import {
  type Amount,
  instantOfMilliseconds,
  type LedgerHash,
  type Organization,
  type OrganizationId,
  organizationIdOf,
  parseAmount,
  type PeriodCount,
  type StreamHead,
} from '@floopy/domain';
import type { Queries } from '../connection/queries';

/** A stream that this transaction has locked, with the key that stands for its organization in rows. */
export interface LockedStream {
  readonly organizationKey: number;
  readonly organization: Organization;
  readonly head: StreamHead;
  /** The number of the last change of its terms. */
  readonly termsVersion: number;
  /** The latest period in which a request has counted; null where that is not written down. */
  readonly latest: PeriodCount | null;
}

interface HeadRow {
  readonly organization_key: number;
  readonly organization_id: string;
  readonly name: string;
  readonly markup_basis_points: number | null;
  readonly sequence: string;
  readonly balance: string;
  readonly hash: Buffer;
  readonly recorded_at: Date;
  readonly terms_version: number;
  readonly period_start: Date | null;
  readonly period_requests: string | null;
}

/**
 * Locks the heads of those organizations that exist, until the transaction ends.
 * Everybody locks in ascending order of key, so that two batches wait for each other and never in a circle. A row that
 * was waited for is read again, the head's alone: what decides, and can change, stands there.
 */
export async function lockStreams(
  transaction: Queries,
  organizationIds: readonly OrganizationId[],
): Promise<Map<OrganizationId, LockedStream>> {
  const rows = await transaction.query<HeadRow>({
    name: 'lock_streams',
    text: `
      SELECT organization_key, organization_id, name, markup_basis_points, sequence, balance, hash, recorded_at,
             terms_version, period_start, period_requests
        FROM organization
        JOIN organization_head USING (organization_key)
       WHERE organization_id = ANY ($1::text[])
       ORDER BY organization_key
         FOR UPDATE OF organization_head`,
    values: [organizationIds],
  });
  return new Map(rows.map((row) => [organizationIdOf(row.organization_id), mapStream(row)]));
}

function mapStream(row: HeadRow): LockedStream {
  const id = organizationIdOf(row.organization_id);
  return {
    organizationKey: row.organization_key,
    organization: { id, name: row.name, markupBasisPoints: row.markup_basis_points },
    head: {
      organizationId: id,
      sequence: Number(row.sequence),
      balance: amountOfRow(row.balance),
      hash: row.hash.toString('hex') as LedgerHash,
      recordedAt: instantOfMilliseconds(row.recorded_at.getTime()),
    },
    termsVersion: row.terms_version,
    latest:
      row.period_start === null
        ? null
        : { periodStart: instantOfMilliseconds(row.period_start.getTime()), requests: Number(row.period_requests) },
  };
}

/** Reads a `numeric(38, 10)` column. */
export function amountOfRow(text: string): Amount {
  const amount = parseAmount(text);
  if (amount === null) throw new Error(`not an amount in cents with ten decimals: ${text}`);
  return amount;
}
