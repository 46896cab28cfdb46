import type { Queries } from './queries';

/** Asks the database for an answer, any answer. @throws when it gives none. */
export async function ping(queries: Queries): Promise<void> {
  await queries.query({ text: 'SELECT 1' });
}
