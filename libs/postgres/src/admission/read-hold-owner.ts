import { type Instant, instantOfMilliseconds } from '@floopy/domain';
import { onlyRow, type Queries } from '../connection/queries';
import { OWNER_LOCK } from './hold-ownership';

export interface HoldOwner {
  /** Whether a process holds in its memory now. */
  readonly isThere: boolean;
  /** Raised by each process that takes the holds over. */
  readonly epoch: number;
  readonly takenAt: Instant;
}

/** Which process decides in memory, as its lock and its number say. */
export async function readHoldOwner(queries: Queries): Promise<HoldOwner> {
  const rows = await queries.query<{ is_there: boolean; epoch: string; taken_at: Date }>({
    name: 'read_hold_owner',
    text: `
      SELECT epoch, taken_at,
             EXISTS (SELECT FROM pg_locks
                      WHERE locktype = 'advisory' AND granted AND objid = $1
                        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())) AS is_there
        FROM admission_epoch`,
    values: [OWNER_LOCK],
  });
  const { is_there: isThere, epoch, taken_at: takenAt } = onlyRow(rows);
  return { isThere, epoch: Number(epoch), takenAt: instantOfMilliseconds(takenAt.getTime()) };
}
