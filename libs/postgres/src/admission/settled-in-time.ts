import { outcomeCodes } from '../ledger/ledger-codes';

const SERVED = [outcomeCodes.codeOf('succeeded'), outcomeCodes.codeOf('client_aborted')].join(', ');

/** Whether the ledger charged the attempt of a row of `hold` after it was admitted and before it expired. */
export const SETTLED_IN_TIME = `
  EXISTS (SELECT FROM ledger_event AS event
           WHERE event.organization_key = hold.organization_key
             AND hashtextextended(event.request_id, 0) = hashtextextended(hold.request_id, 0)
             AND event.request_id = hold.request_id
             AND hold.attempt_id IN ('', event.attempt_id)
             AND event.sequence > hold.position AND event.recorded_at < hold.expires_at
             AND event.outcome IN (${SERVED}))`;
