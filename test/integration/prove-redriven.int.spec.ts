import { fixLetter } from '@floopy/application';
import { cloudEventOf, decodeKeptRecord, encodeCorrection } from '@floopy/contracts';
import { createLetterStore } from '@floopy/postgres';
import { openUsageFeed, type UsageFeed } from '../support/applied-usage';
import { priceUnpriced, redriveIn, UNPRICED } from '../support/dead-letters-fixture';
import { proveFed } from '../support/proof-fixture';
import { createSeededDatabase, type SeededDatabase } from '../support/seeded-database';
import { aPlainUsage, type PlainUsage } from '../support/usage-records';

const TOPIC = 'usage.proven';

describe('a proof of replay', () => {
  let database: SeededDatabase;
  let feeds: [UsageFeed, UsageFeed];

  beforeAll(async () => {
    database = await createSeededDatabase();
    feeds = [await openUsageFeed(database.pool, TOPIC, 0), await openUsageFeed(database.pool, TOPIC, 1)];
    const [one, other] = feeds;
    await one.apply([
      usage('before'),
      usage('unpriced', UNPRICED),
      usage('wrong', { origin: 'moon' }),
      usage('before', { request_id: 'req_other' }),
      usage('stays', UNPRICED),
      usage('unwanted', { origin: 'moon' }),
    ]);
    await other.apply([usage('unpriced', UNPRICED), usage('elsewhere')]);
    await fix(3, null, true);
    await fix(2, { origin: 'playground' }, false);
    await redriveIn(database.pool, { letterKeys: [1, 3] });
    await priceUnpriced(database.pool, '0.001');
    await one.apply([usage('unpriced', UNPRICED), usage('after')]);
    await redriveIn(database.pool, { letterKeys: [1, 2, 3, 6] });
    await one.apply([usage('wrong', { origin: 'moon' }), usage('last')]);
    await createLetterStore(database.pool).inTransaction((letters) =>
      letters.discard([5], 'never happened', { name: 'ada', actNumber: null }),
    );
  });

  afterAll(() => database.drop());

  function usage(id: string, body: PlainUsage['body'] = {}): PlainUsage {
    return aPlainUsage({ id, body: { request_id: `req_${id}`, ...body } });
  }

  /** Corrects a letter's event in some fields of its body, under its own id or one of the operator's. */
  async function fix(letterKey: number, body: object | null, isReissued: boolean): Promise<void> {
    const store = createLetterStore(database.pool);
    const ports = { store, decode: decodeKeptRecord, encode: encodeCorrection, eventOf: cloudEventOf };
    const event = body === null ? null : await correctedEvent(letterKey, body);
    const operator = { name: 'ada', actNumber: null };
    const outcome = await fixLetter(ports, { letterKey, event, isReissued, operator });
    if (outcome.type === 'refused') throw new Error(outcome.code);
  }

  async function correctedEvent(letterKey: number, body: object): Promise<object> {
    const letter = await createLetterStore(database.pool).inTransaction((letters) => letters.lockLetter(letterKey));
    const event = letter === null ? null : cloudEventOf({ ...letter.raw, appendedAt: letter.appendedAt });
    if (event === null || !('data' in event)) throw new Error(`no letter ${letterKey} that can be read`);
    return { ...event, data: { ...(event.data as object), ...body } };
  }

  const prove = (from = 0) => proveFed({ database, topic: TOPIC, feeds }, from);

  it('holds what was driven again to its record, or to the correction of that', async () => {
    const proof = await prove();
    expect(proof.differences).toEqual([]);
    expect(proof.checked).toMatchObject({ records: 12, parked: 3 });
    expect(proof.ranges.map(({ applied, duplicates, parked }) => [applied, duplicates, parked])).toEqual([
      [6, 1, 3],
      [1, 1, 0],
    ]);
    for (const from of [1, 3, 6]) expect((await prove(from)).differences).toEqual([]);
  });

  it('names an entry of a letter that is not what its correction says', async () => {
    const change = (cents: number) =>
      database.pool.query(`
        SET session_replication_role = replica;
        UPDATE ledger_event SET amount = amount + ${cents} WHERE cause_id = 'wrong';
        RESET session_replication_role`);
    await change(1);
    const { differences } = await prove();
    await change(-1);
    expect(differences).toMatchObject([{ kind: 'amount', partition: 0, offset: 2 }]);
  });
});
