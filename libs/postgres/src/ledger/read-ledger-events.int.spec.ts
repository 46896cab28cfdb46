import { GENESIS_HASH, hashLedgerEvent, type LedgerEvent, organizationIdOf } from '@floopy/domain';
import { createHash } from 'node:crypto';
import { openUsageFeed } from '../../../../test/support/applied-usage';
import { createSeededDatabase, type SeededDatabase } from '../../../../test/support/seeded-database';
import { aPlainUsage } from '../../../../test/support/usage-records';
import { queriesOf } from '../connection/queries';
import { findOrganizationKey } from '../organization/find-organization-key';
import { type LedgerRange, readLedgerEvents } from './read-ledger-events';

const ACME = organizationIdOf('org_acme');
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('readLedgerEvents', () => {
  let database: SeededDatabase;
  let whole: LedgerRange;

  beforeAll(async () => {
    database = await createSeededDatabase();
    const feed = await openUsageFeed(database.pool);
    await feed.apply([
      aPlainUsage({ id: 'evt_1' }),
      aPlainUsage({
        id: 'evt_2',
        body: {
          request_id: 'req_full',
          origin: 'playground',
          credential: 'byok',
          team_id: 'team_search',
          user_id: 'usr_1',
          api_key_id: 'key_1',
          prompt_id: 'prm_faq',
          session_id: 'ses_1',
          attempt_id: 'att_1',
          usage: { input_tokens: 5, output_tokens: 7, reasoning_output_tokens: 3 },
        },
      }),
      aPlainUsage({ id: 'evt_3', body: { outcome: 'blocked', usage: { input_tokens: 0, output_tokens: 0 } } }),
      aPlainUsage({ id: 'evt_4', body: { organization_id: 'org_globex' } }),
    ]);
    const organizationKey = await findOrganizationKey(queriesOf(database.pool), ACME);
    if (organizationKey === null) throw new Error('the organization is not there');
    whole = { organizationKey, organizationId: ACME, after: 0, order: 'oldest_first', limit: 100 };
  });

  afterAll(() => database.drop());

  const read = async (overrides: Partial<LedgerRange> = {}): Promise<LedgerEvent[]> => {
    const stored = await readLedgerEvents(queriesOf(database.pool), { ...whole, ...overrides });
    return stored.map(({ event }) => event);
  };

  it('gives back every field that was hashed when the event was appended', async () => {
    const events = await read();
    expect(events).toHaveLength(3);
    let previous = GENESIS_HASH;
    for (const event of events) {
      expect(hashLedgerEvent(event, previous, sha256)).toBe(event.hash);
      previous = event.hash;
    }
  });

  it('gives back what a producer stated', async () => {
    const [, full] = await read();
    expect(full).toMatchObject({
      type: 'playground',
      amount: 0n,
      cause: { kind: 'usage_event', source: '/floopy/gateway/eu-1', id: 'evt_2' },
      usage: {
        requestId: 'req_full',
        origin: 'playground',
        credential: 'byok',
        teamId: 'team_search',
        apiKeyId: 'key_1',
        promptId: 'prm_faq',
        sessionId: 'ses_1',
        attemptId: 'att_1',
        tokens: { input: 5, output: 7, reasoningOutput: 3, cacheReadInput: 0 },
      },
    });
    expect(full?.usage?.userReference).toEqual(expect.any(Number));
  });

  it('reads newest first below a position, and oldest first above one', async () => {
    expect((await read({ order: 'newest_first', before: 3 })).map((event) => event.sequence)).toEqual([2, 1]);
    expect((await read({ after: 1, limit: 1 })).map((event) => event.sequence)).toEqual([2]);
  });

  it('reads one type only when it is asked to', async () => {
    expect((await read({ type: 'playground' })).map((event) => event.sequence)).toEqual([2]);
  });
});
