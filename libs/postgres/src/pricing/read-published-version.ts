import { onlyRow, type Queries } from '../connection/queries';

/** The number that every publication of a card or an override raises: whoever holds its prices holds the newest. */
export async function readPublishedVersion(queries: Queries): Promise<number> {
  const rows = await queries.query<{ version: string }>({
    name: 'read_published_version',
    text: 'SELECT version FROM published_prices',
  });
  return Number(onlyRow(rows).version);
}
