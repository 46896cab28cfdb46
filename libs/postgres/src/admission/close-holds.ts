import type { HoldClosing } from '@floopy/application';
import type { HoldEnding } from '@floopy/domain';
import { int2Array, textArray } from '../connection/binary-array';
import type { Queries } from '../connection/queries';
import { Codes } from '../ledger/ledger-codes';

/** As they are stored; 1 is open. */
export const holdEndingCodes = new Codes<HoldEnding>({ settled: 2, released: 3, expired: 4 });

/** Notes how holds ended. By the hold's own id: its key may have another hold by now, which is not the one that ended. */
export async function closeHolds(queries: Queries, closings: readonly HoldClosing[]): Promise<void> {
  await queries.query({
    name: 'close_holds',
    text: `
      UPDATE hold
         SET state = closing.state, closed_at = now()
        FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::int2[])
             AS closing (organization_id, request_id, attempt_id, hold_id, state)
        JOIN organization USING (organization_id)
       WHERE hold.organization_key = organization.organization_key
         AND hold.request_id = closing.request_id
         AND hold.attempt_id = closing.attempt_id
         AND hold.hold_id = closing.hold_id
         AND hold.state = 1`,
    values: [
      textArray(closings.map(({ organizationId }) => organizationId)),
      textArray(closings.map(({ hold }) => hold.requestId)),
      textArray(closings.map(({ hold }) => hold.attemptId ?? '')),
      textArray(closings.map(({ hold }) => hold.holdId)),
      int2Array(closings.map(({ ending }) => holdEndingCodes.codeOf(ending))),
    ],
  });
}
