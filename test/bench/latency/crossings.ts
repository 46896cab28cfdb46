import { setTimeout as pause } from 'node:timers/promises';
import { adjustBalance } from '@floopy/application';
import { amountOfUnits, organizationIdOf, UNITS_PER_CENT } from '@floopy/domain';
import { createAdjustmentStore, queriesOf, saveAlertEndpoint } from '@floopy/postgres';
import { sha256, systemClock } from '@floopy/runtime';
import type { BenchDatabase } from '../stage/database';
import type { WebhookInbox } from './webhook-inbox';

/** Above the threshold of everybody, and what takes an organization below it. */
const CREDIT_CENTS = 1_500n;
const DEBIT_CENTS = -600n;
/** Any key will do where nobody verifies. */
const SECRET = `whsec_${Buffer.from('a key of twenty-four bytes').toString('base64')}`;
const MOST = 1;

/** Organizations with credits, and a webhook each, that nobody else spends for. */
export async function createCrossingOrganizations(
  { pool }: BenchDatabase,
  count: number,
  inbox: WebhookInbox,
): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, nth) => `org_crossing_${nth}`);
  const { rows } = await pool.query<{ organization_key: number; organization_id: string }>(
    `WITH created AS (
       INSERT INTO organization (organization_id, name) SELECT id, id FROM unnest($1::text[]) AS id
       RETURNING organization_key, organization_id),
     heads AS (INSERT INTO organization_head (organization_key) SELECT organization_key FROM created)
     SELECT organization_key, organization_id FROM created`,
    [ids],
  );
  for (const { organization_key: key, organization_id: id } of rows) {
    const receiver = { type: 'webhook', url: inbox.url, secret: SECRET } as const;
    const endpoint = { endpointId: `end_${id}`, receiver, createdAt: systemClock(), createdBy: 'bench' };
    await saveAlertEndpoint(queriesOf(pool), key, endpoint, MOST);
    await post(pool, id, CREDIT_CENTS);
  }
  return ids;
}

/** Takes one organization after the other below the threshold, in an open loop. @returns when each was, on the wall clock */
export async function crossAtRate(
  { pool }: BenchDatabase,
  ids: readonly string[],
  perSecond: number,
): Promise<Map<string, number>> {
  const crossedAtMs = new Map<string, number>();
  const beganAtMs = Date.now();
  const posts: Promise<void>[] = [];
  for (const [nth, id] of ids.entries()) {
    await pause(Math.max(0, beganAtMs + (nth * 1_000) / perSecond - Date.now()));
    posts.push(post(pool, id, DEBIT_CENTS).then(() => void crossedAtMs.set(id, Date.now())));
  }
  await Promise.all(posts);
  return crossedAtMs;
}

async function post(pool: BenchDatabase['pool'], id: string, cents: bigint): Promise<void> {
  const outcome = await adjustBalance(
    { store: createAdjustmentStore(pool), clock: systemClock, sha256 },
    {
      organizationId: organizationIdOf(id),
      amount: amountOfUnits(cents * UNITS_PER_CENT),
      reason: 'bench',
      idempotencyKey: `${id}.${cents}`,
    },
  );
  if (outcome.type === 'refused') throw new Error(outcome.code);
}
