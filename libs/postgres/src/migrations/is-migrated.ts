import { onlyRow, type Queries } from '../connection/queries';

/** Whether a database has the ledger at all, for a tool that must say so in words rather than in an SQL error. */
export async function isMigrated(queries: Queries): Promise<boolean> {
  const rows = await queries.query<{ is_there: boolean }>({
    text: "SELECT to_regclass('ledger_event') IS NOT NULL AS is_there",
  });
  return onlyRow(rows).is_there;
}
