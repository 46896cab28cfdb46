import { type OrganizationId, organizationIdOf, requestKey } from '@floopy/domain';
import { int4Array, textArray } from '../connection/binary-array';
import type { Queries } from '../connection/queries';

export interface WantedRequest {
  readonly organizationKey: number;
  readonly usage: { readonly event: { readonly organizationId: OrganizationId; readonly requestId: string } };
}

/** Those requests of which an attempt was counted before, as `requestKey`s, over all history. */
export async function findCountedRequests(
  transaction: Queries,
  wanted: readonly WantedRequest[],
): Promise<Set<string>> {
  const rows = await transaction.query<{ organization_id: string; request_id: string }>({
    name: 'find_counted_requests',
    text: `
      SELECT wanted.organization_id, wanted.request_id
        FROM unnest($1::int4[], $2::text[], $3::text[]) AS wanted (organization_key, organization_id, request_id)
        JOIN ledger_event AS earlier
          ON earlier.organization_key = wanted.organization_key
         AND hashtextextended(earlier.request_id, 0) = hashtextextended(wanted.request_id, 0)
         AND earlier.request_id = wanted.request_id
       WHERE earlier.counted`,
    values: [
      int4Array(wanted.map(({ organizationKey }) => organizationKey)),
      textArray(wanted.map(({ usage }) => usage.event.organizationId)),
      textArray(wanted.map(({ usage }) => usage.event.requestId)),
    ],
  });
  return new Set(rows.map((row) => requestKey(organizationIdOf(row.organization_id), row.request_id)));
}
