import { type RateOverride, readRateOverrideContent } from '@floopy/domain';
import type { Queries } from '../connection/queries';

/** Every published override of every organization that the session may see, oldest version first. */
export async function readRateOverrides(queries: Queries): Promise<RateOverride[]> {
  const rows = await queries.query<{ version: number; content: string }>({
    name: 'read_rate_overrides',
    text: `
      SELECT version, content
        FROM rate_override
       ORDER BY organization_key, version`,
  });
  return rows.map((row) => ({ ...readRateOverrideContent(row.content), version: row.version }));
}
