import { type Instant, instantOfMilliseconds } from '@floopy/domain';
import { onlyRow, type Queries } from '../connection/queries';

/** The last position of a stream, and when it was recorded; 0 and null before the first entry. */
export interface StreamEnd {
  readonly position: number;
  readonly recordedAt: Instant | null;
}

/** Where an organization's stream ends: the watermark of whatever is read in the same snapshot. */
export async function readStreamEnd(queries: Queries, organizationKey: number): Promise<StreamEnd> {
  const rows = await queries.query<{ sequence: string; recorded_at: Date }>({
    name: 'read_stream_end',
    text: 'SELECT sequence, recorded_at FROM organization_head WHERE organization_key = $1',
    values: [organizationKey],
  });
  const { sequence, recorded_at: recordedAt } = onlyRow(rows);
  const position = Number(sequence);
  return { position, recordedAt: position === 0 ? null : instantOfMilliseconds(recordedAt.getTime()) };
}
