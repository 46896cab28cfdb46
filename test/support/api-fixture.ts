import { calendarMonthOf, instantOfMilliseconds } from '@floopy/domain';
import { openUsageFeed, type UsageFeed } from './applied-usage';
import { apiCaller, createTestApiKey, type RunningApi, startTestApi } from './running-api';
import { createSeededDatabase, type SeededDatabase } from './seeded-database';
import { createTestTopic } from './test-topic';
import { aPlainUsage, type PlainUsage } from './usage-records';

/** The API over a seeded database, with an operator's key, and a feed of usage that needs no broker. */
export interface ApiFixture {
  readonly database: SeededDatabase;
  readonly api: RunningApi;
  /** Whose lag the API shows; nothing is ever sent to it. */
  readonly topic: string;
  readonly feed: UsageFeed;
  readonly operator: ReturnType<typeof apiCaller>;
  /** With a key of org_acme that may do everything that one of its people may. */
  readonly owner: ReturnType<typeof apiCaller>;
  close(): Promise<void>;
}

export async function openApiFixture(settings: Readonly<Record<string, string>> = {}): Promise<ApiFixture> {
  const database = await createSeededDatabase(['org_acme', 'org_globex', 'org_initech', 'org_filters']);
  const topic = await createTestTopic('api', { partitions: 4 });
  const feed = await openUsageFeed(database.pool, 'usage.elsewhere');
  const api = await startTestApi({ databaseUrl: database.url, topic, settings });
  const callerFor = async (organizationId: string | null): Promise<ReturnType<typeof apiCaller>> =>
    apiCaller(api.url, (await createTestApiKey(database.pool, organizationId)).secret);
  const [operator, owner] = [await callerFor(null), await callerFor('org_acme')];
  const close = async (): Promise<void> => {
    await api.stop();
    await database.drop();
  };
  return { database, api, topic, feed, operator, owner, close };
}

const NOW = Date.now();
export const RUNNING_PERIOD = calendarMonthOf(instantOfMilliseconds(NOW));

/** In the running month, whatever day it is: the n-th millisecond of it, or now when it has not gone that far. */
export function occurred(millisecond: number): string {
  return new Date(Math.min(RUNNING_PERIOD.start + millisecond, NOW)).toISOString();
}

/** Usage of org_acme: n tokens of output at 0.001 cent each. */
export function usageOfTokens(
  id: string,
  tokens: number,
  body: PlainUsage['body'] = {},
  time = occurred(tokens),
): PlainUsage {
  const usage = { input_tokens: 0, output_tokens: tokens };
  return aPlainUsage({ id, time, body: { request_id: `req_${id}`, usage, ...body } });
}
