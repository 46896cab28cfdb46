import { onlyRow, type Queries } from '../connection/queries';

/** When the ledger began as it is, in milliseconds since 1970; 0 when it was never put back to an earlier state. */
export async function readIncarnation(queries: Queries): Promise<number> {
  const rows = await queries.query<{ incarnation: string }>({
    name: 'read_incarnation',
    text: 'SELECT coalesce(max(incarnation), 0) AS incarnation FROM ledger_incarnation',
    values: [],
  });
  return Number(onlyRow(rows).incarnation);
}
