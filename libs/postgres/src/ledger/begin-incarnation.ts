import type { Instant } from '@floopy/domain';
import type { Queries } from '../connection/queries';

export interface BegunIncarnation {
  readonly begunAt: Instant;
  readonly begunBy: string;
  readonly reason: string;
}

/** Notes that the ledger was put back, so that everything that is handed on from now on tells of another history. */
export async function beginIncarnation(
  queries: Queries,
  { begunAt, begunBy, reason }: BegunIncarnation,
): Promise<void> {
  await queries.query({
    name: 'begin_incarnation',
    text: 'INSERT INTO ledger_incarnation (incarnation, begun_by, reason) VALUES ($1, $2, $3)',
    values: [begunAt, begunBy, reason],
  });
}
