import { adjustBalance } from '@floopy/application';
import { organizationIdOf, parseAmount } from '@floopy/domain';
import { createAdjustmentStore, type DatabasePool } from '@floopy/postgres';
import { sha256, systemClock } from '@floopy/runtime';
import { openUsageFeed } from '../../../test/support/applied-usage';
import { createSeededDatabase, type SeededDatabase } from '../../../test/support/seeded-database';
import { aPlainUsage } from '../../../test/support/usage-records';

/** Everything that an entry can say, so that no column of its row is NULL for want of an example. */
const FULL = {
  request_id: 'req_full',
  team_id: 'team_search',
  user_id: 'usr_1',
  api_key_id: 'key_1',
  prompt_id: 'prm_faq',
  session_id: 'ses_1',
  attempt_id: 'att_1',
};

/** Acme: 1 credit, 2 full usage, 3 playground, 4 free, 5 second attempt; Globex: one entry; and one parked record. */
export async function createLedger(): Promise<SeededDatabase> {
  const database = await createSeededDatabase();
  await credit(database.pool, 'org_acme', '100000');
  const feed = await openUsageFeed(database.pool);
  await feed.apply([
    aPlainUsage({ id: 'evt_1', body: FULL }),
    aPlainUsage({ id: 'evt_2', body: { request_id: 'req_2', origin: 'playground' } }),
    aPlainUsage({ id: 'evt_3', body: { request_id: 'req_3', outcome: 'blocked', usage: NO_TOKENS } }),
    aPlainUsage({ id: 'evt_4', body: { ...FULL, attempt_id: 'att_2' } }),
    aPlainUsage({ id: 'evt_4', body: { ...FULL, attempt_id: 'att_2' } }),
    aPlainUsage({ id: 'evt_5', body: { organization_id: 'org_globex' } }),
    aPlainUsage({ id: 'evt_6', body: { model: 'gpt-9' } }),
  ]);
  return database;
}

const NO_TOKENS = { input_tokens: 0, output_tokens: 0 };

async function credit(pool: DatabasePool, organizationId: string, cents: string): Promise<void> {
  const amount = parseAmount(cents);
  if (amount === null) throw new Error(`${cents} is no amount`);
  await adjustBalance(
    { store: createAdjustmentStore(pool), clock: systemClock, sha256 },
    { organizationId: organizationIdOf(organizationId), amount, reason: 'bought', idempotencyKey: 'credit-1' },
  );
}
