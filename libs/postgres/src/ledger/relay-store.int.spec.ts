import { relayLedger, type RelayPorts, type StreamBehind } from '@floopy/application';
import { type OrganizationId, organizationIdOf, parseAmount, postAdjustment } from '@floopy/domain';
import { CLOCK_AND_HASH, createSeededDatabase, type SeededDatabase } from '../../../../test/support/seeded-database';
import { inTransaction, type Transaction } from '../connection/transaction';
import { appendLedgerEvents } from './append-ledger-events';
import { internLabels, LabelMemory } from './intern-labels';
import { lockStreams } from './lock-streams';
import { createRelayStore } from './relay-store';
import { saveStreamHeads } from './save-stream-heads';

const ACME = organizationIdOf('org_acme');
const GLOBEX = organizationIdOf('org_globex');

describe('createRelayStore', () => {
  let database: SeededDatabase;

  beforeEach(async () => {
    database = await createSeededDatabase();
  });

  afterEach(() => database.drop());

  async function append(transaction: Transaction, organizationId: OrganizationId): Promise<void> {
    const stream = (await lockStreams(transaction, [organizationId])).get(organizationId);
    if (stream === undefined) throw new Error('the organization is seeded');
    const adjustment = {
      amount: parseAmount('1') ?? (0n as never),
      reason: 'test',
      idempotencyKey: `key_${stream.head.sequence}`,
    };
    const { event, head } = postAdjustment(stream.head, adjustment, CLOCK_AND_HASH.clock(), CLOCK_AND_HASH.sha256);
    const { organizationKey } = stream;
    const labels = await internLabels(transaction, [], new LabelMemory());
    await appendLedgerEvents(transaction, [{ event, organizationKey, identity: null }], labels);
    await saveStreamHeads(transaction, [{ organizationKey, head }]);
  }

  function relayTo(heard: string[], limits = { streams: 10, eventsPerStream: 10 }): () => Promise<number> {
    const note = (streams: readonly StreamBehind[]): void => {
      for (const { events } of streams)
        heard.push(...events.map((event) => `${event.organizationId} ${event.sequence}`));
    };
    const ports: RelayPorts = {
      store: createRelayStore(database.pool, limits),
      publisher: {
        publishLedger: (streams) => Promise.resolve(note(streams)),
        publishBalances: () => Promise.resolve(),
      },
    };
    return () => relayLedger(ports);
  }

  it('misses no event when the transaction that began first commits last', async () => {
    const heard: string[] = [];
    const relay = relayTo(heard);
    await inTransaction(database.pool, async (first) => {
      await append(first, ACME);
      await inTransaction(database.pool, (second) => append(second, GLOBEX));
      await relay();
      expect(heard).toEqual(['org_globex 1']);
    });
    await relay();
    expect(heard).toEqual(['org_globex 1', 'org_acme 1']);
    expect(await relay()).toBe(0);
  });

  it('reaches every organization, also when there are more than one round takes', async () => {
    for (let count = 0; count < 3; count += 1) {
      for (const organization of [ACME, GLOBEX]) {
        await inTransaction(database.pool, (transaction) => append(transaction, organization));
      }
    }
    const heard: string[] = [];
    const relay = relayTo(heard, { streams: 1, eventsPerStream: 2 });
    for (let round = 0; round < 6; round += 1) await relay();
    expect([...heard].sort()).toEqual([
      'org_acme 1',
      'org_acme 2',
      'org_acme 3',
      'org_globex 1',
      'org_globex 2',
      'org_globex 3',
    ]);
    expect(heard.slice(0, 4)).toEqual(['org_acme 1', 'org_acme 2', 'org_globex 1', 'org_globex 2']);
  });

  it('hands on again what was published and not noted', async () => {
    await inTransaction(database.pool, (transaction) => append(transaction, ACME));
    const store = createRelayStore(database.pool, { streams: 10, eventsPerStream: 10 });
    const failing: RelayPorts = {
      store,
      publisher: {
        publishLedger: () => Promise.resolve(),
        publishBalances: () => Promise.reject(new Error('broker away')),
      },
    };
    await expect(relayLedger(failing)).rejects.toThrow('broker away');
    const heard: string[] = [];
    await relayTo(heard)();
    expect(heard).toEqual(['org_acme 1']);
  });
});
