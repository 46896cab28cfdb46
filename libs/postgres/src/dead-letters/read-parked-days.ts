import type { RawRecord } from '@floopy/application';
import { type Instant, instantOfMilliseconds, MOST_DEAD_LETTERS, type ModelName, type ParkedDay } from '@floopy/domain';
import { int4Array, timestamptzArray } from '../connection/binary-array';
import type { Queries } from '../connection/queries';
import { rawRecordOf, type StoredRecordRow } from './stored-record';

/** Reads the model that a record of usage names; null when it cannot be read. */
export type ModelOfRecord = (record: RawRecord & { readonly appendedAt: Instant }) => ModelName | null;

/** Models without a rate that are told of one organization and day, at most. */
const MOST_MODELS = 50;
const DAY_MS = 86_400_000;

interface CountRow {
  readonly organization_key: number;
  readonly day_start: Date;
  readonly records: string;
}

interface UnpricedRow extends StoredRecordRow {
  readonly organization_key: number;
  readonly day_start: Date;
  readonly appended_at: Date;
}

/**
 * What was parked of these organizations on the day of `now` and on the one before, in UTC, by organization key, and waits
 * for somebody: a record that was parked at midnight is found when its day is over. More than `MOST_DEAD_LETTERS` of a day are not counted.
 */
export async function readParkedDays(
  queries: Queries,
  organizationKeys: readonly number[],
  now: Instant,
  modelOf: ModelOfRecord,
): Promise<Map<number, ParkedDay[]>> {
  if (organizationKeys.length === 0) return new Map();
  const today = Math.floor(now / DAY_MS) * DAY_MS;
  const days = [today - DAY_MS, today];
  const counts = await countParked(queries, organizationKeys, days);
  const someParked = counts.filter(({ records }) => Number(records) > 0);
  const unpriced = await readUnpriced(queries, [...new Set(someParked.map((row) => row.organization_key))], days);
  const parked = new Map<number, ParkedDay[]>(organizationKeys.map((key) => [key, []]));
  for (const { organization_key: key, day_start: start, records } of counts) {
    const own = unpriced.filter((row) => row.organization_key === key && row.day_start.getTime() === start.getTime());
    const dayStart = instantOfMilliseconds(start.getTime());
    parked.get(key)?.push({ dayStart, records: Number(records), unpriced: modelsOf(own, modelOf) });
  }
  return parked;
}

function countParked(queries: Queries, keys: readonly number[], days: readonly number[]): Promise<CountRow[]> {
  return queries.query<CountRow>({
    name: 'count_parked',
    text: `
      SELECT organization_key, day_start, counted.records
        FROM organization
       CROSS JOIN unnest($2::timestamptz[]) AS day (day_start)
       CROSS JOIN LATERAL (
               SELECT count(*) AS records
                 FROM (SELECT
                         FROM dead_letter
                        WHERE dead_letter.organization_id = organization.organization_id
                          AND parked_at >= day_start AND parked_at < day_start + interval '24 hours'
                          AND status = 'parked'
                        LIMIT $3) AS parked
             ) AS counted
       WHERE organization_key = ANY ($1::int4[])`,
    values: [int4Array(keys), timestamptzArray(days), MOST_DEAD_LETTERS],
  });
}

/** One record of each kind that had no rate, of the newest ones. */
async function readUnpriced(
  queries: Queries,
  keys: readonly number[],
  days: readonly number[],
): Promise<UnpricedRow[]> {
  if (keys.length === 0) return [];
  return queries.query<UnpricedRow>({
    name: 'read_unpriced_records',
    text: `
      SELECT organization_key, day_start, record_key, record_value, record_headers, appended_at
        FROM organization
       CROSS JOIN unnest($2::timestamptz[]) AS day (day_start)
       CROSS JOIN LATERAL (
               SELECT DISTINCT ON (faults) record_key, record_value, record_headers, appended_at
                 FROM (SELECT *
                         FROM dead_letter
                        WHERE dead_letter.organization_id = organization.organization_id
                          AND parked_at >= day_start AND parked_at < day_start + interval '24 hours'
                          AND status = 'parked'
                        ORDER BY parked_at DESC
                        LIMIT $3) AS parked
                WHERE reason = 'unpriced'
                ORDER BY faults
                LIMIT $4
             ) AS unpriced
       WHERE organization_key = ANY ($1::int4[])`,
    values: [int4Array(keys), timestamptzArray(days), MOST_DEAD_LETTERS, MOST_MODELS],
  });
}

/** Each once: a model may lack a rate in several ways. */
function modelsOf(rows: readonly UnpricedRow[], modelOf: ModelOfRecord): ModelName[] {
  const models = new Map<string, ModelName>();
  for (const row of rows) {
    const model = modelOf({
      ...rawRecordOf(row),
      appendedAt: instantOfMilliseconds(row.appended_at.getTime()),
    });
    if (model !== null)
      models.set(`${model.provider}/${model.model}`, { provider: model.provider, model: model.model });
  }
  return [...models.values()];
}
