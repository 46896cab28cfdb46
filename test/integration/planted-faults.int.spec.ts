import { join } from 'node:path';
import { GENESIS_HASH, hashLedgerEvent, type LedgerEvent } from '@floopy/domain';
import { findOrganizationKey, inLedgerSnapshot, queriesOf } from '@floopy/postgres';
import { sha256 } from '@floopy/runtime';
import { createLedger } from '../../apps/operator/test/a-ledger';
import { operate } from '../../apps/operator/test/operate';
import { openUsageFeed } from '../support/applied-usage';
import { ACME } from '../support/spend-fixture';
import type { SeededDatabase } from '../support/seeded-database';
import { type TemporaryDirectory, temporaryDirectory } from '../support/temporary-directory';
import { aPlainUsage } from '../support/usage-records';

const OF_ACME = `organization_key = (SELECT organization_key FROM organization WHERE organization_id = 'org_acme')`;
const PARTITION = { subject: 'usage.test[0]' };

interface Place {
  readonly kind: string;
  readonly organization_id?: string;
  readonly position?: number;
  readonly subject?: string;
}

const atAcme = (kind: string, position: number): Place => ({ kind, organization_id: 'org_acme', position });

interface Fault {
  readonly fault: string;
  /** What a superuser does past every trigger; Acme's stream has five entries, of which the first is a credit. */
  readonly plant: string;
  /** Whether the chain is then written anew, as somebody would who knows how. */
  readonly rechained?: true;
  /** Where verification finds it; it may find what follows from it, too. */
  readonly found: readonly Place[];
}

const TEN_FAULTS: readonly Fault[] = [
  {
    fault: 'a changed amount',
    plant: `UPDATE ledger_event SET amount = amount + 0.0000000001 WHERE ${OF_ACME} AND sequence = 2`,
    found: [atAcme('amount', 2), atAcme('hash', 2)],
  },
  {
    fault: 'a missing row',
    plant: `DELETE FROM ledger_event WHERE ${OF_ACME} AND sequence = 3`,
    found: [atAcme('sequence', 3)],
  },
  {
    fault: 'a swapped pair',
    plant: `UPDATE ledger_event SET sequence = 1000 + sequence WHERE ${OF_ACME} AND sequence IN (2, 3);
            UPDATE ledger_event SET sequence = 1005 - sequence WHERE ${OF_ACME} AND sequence > 1000`,
    found: [atAcme('hash', 2), atAcme('hash', 3)],
  },
  {
    fault: 'a doubled event',
    plant: `DROP INDEX ledger_event_identity;
            CREATE TEMPORARY TABLE doubled AS SELECT * FROM ledger_event WHERE ${OF_ACME} AND sequence = 2;
            UPDATE doubled SET sequence = 6;
            INSERT INTO ledger_event SELECT * FROM doubled`,
    found: [atAcme('repeated_identity', 6), { kind: 'counted', organization_id: 'org_acme' }],
  },
  {
    fault: 'a wrong balance after',
    plant: `UPDATE ledger_event SET balance_after = balance_after + 1 WHERE ${OF_ACME} AND sequence = 4`,
    found: [atAcme('balance_after', 4)],
  },
  {
    fault: 'a wrong count',
    plant: `UPDATE monthly_usage SET requests = requests + 1 WHERE ${OF_ACME} AND origin = 2`,
    found: [{ kind: 'monthly_usage', organization_id: 'org_acme', subject: '2026-11-01T00:00:00.000Z/playground' }],
  },
  {
    fault: 'a forged receipt',
    plant: `UPDATE ledger_event SET output_tokens = output_tokens - 1 WHERE ${OF_ACME} AND sequence = 3`,
    rechained: true,
    found: [atAcme('amount', 3)],
  },
  {
    fault: 'a truncated tail, with its head put back',
    plant: `DELETE FROM ledger_event WHERE ${OF_ACME} AND sequence = 5;
            UPDATE organization_head
               SET sequence = 4, (balance, hash, recorded_at) = (SELECT balance_after, hash, recorded_at
                                                                  FROM ledger_event WHERE ${OF_ACME} AND sequence = 4)
             WHERE ${OF_ACME}`,
    found: [atAcme('anchor', 5), { kind: 'partition_applied', ...PARTITION }],
  },
  {
    fault: 'a moved offset',
    plant: 'UPDATE ingest_partition SET next_offset = next_offset - 1, applied = applied - 1',
    found: [{ kind: 'partition_applied', ...PARTITION }],
  },
  {
    fault: 'a disabled trigger',
    plant: 'ALTER TABLE ledger_event DISABLE TRIGGER append_only_rows',
    found: [{ kind: 'append_only', subject: 'ledger_event.append_only_rows' }],
  },
];

const MORE_FAULTS: readonly Fault[] = [
  {
    fault: 'a tail that was written anew',
    plant: `UPDATE ledger_event SET session_id = 'ses_forged' WHERE ${OF_ACME} AND sequence = 4`,
    rechained: true,
    found: [atAcme('anchor', 5)],
  },
  {
    fault: 'a deleted organization',
    plant: ['ledger_event', 'label', 'monthly_usage', 'organization_head', 'organization']
      .map((table) => `DELETE FROM ${table} WHERE ${OF_ACME}`)
      .join(';'),
    found: [{ kind: 'anchor', organization_id: 'org_acme' }],
  },
  {
    fault: 'row-level security that the owner escapes',
    plant: 'ALTER TABLE monthly_usage NO FORCE ROW LEVEL SECURITY',
    found: [{ kind: 'row_security', subject: 'monthly_usage' }],
  },
  {
    fault: 'a policy that lets a reader see every row',
    plant: 'CREATE POLICY wide ON ledger_event FOR SELECT USING (true)',
    found: [{ kind: 'row_security', subject: 'ledger_event for floopy_reader' }],
  },
  {
    fault: 'a right that the writer was given',
    plant: 'GRANT UPDATE (amount) ON ledger_event TO floopy_writer',
    found: [{ kind: 'privilege', subject: 'ledger_event for floopy_writer' }],
  },
  {
    fault: 'a trigger that refuses nothing',
    plant: `CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'`,
    found: [{ kind: 'append_only', subject: 'refuse_change()' }],
  },
  {
    fault: 'an outbox ahead of its ledger',
    plant: `INSERT INTO relay_checkpoint SELECT organization_key, 6 FROM organization WHERE ${OF_ACME}`,
    found: [atAcme('relay_checkpoint', 5)],
  },
];

let directory: TemporaryDirectory;
let database: SeededDatabase;
let anchor: string;

beforeEach(async () => {
  directory = temporaryDirectory();
  database = await createLedger();
  anchor = join(directory.path, 'anchor.jsonl');
  const { exitCode } = await operate(['anchor', 'export', '--file', anchor], { DATABASE_URL: database.url });
  if (exitCode !== 0) throw new Error(`no anchor was exported: ${exitCode}`);
});
afterEach(async () => {
  await database.drop();
  directory.remove();
});

async function tamper(sql: string): Promise<void> {
  await database.pool.query(`BEGIN; SET LOCAL session_replication_role = replica; ${sql}; COMMIT`);
}

async function readAcme(): Promise<LedgerEvent[]> {
  const key = await findOrganizationKey(queriesOf(database.pool), ACME);
  return inLedgerSnapshot(
    database.pool,
    async (snapshot) => {
      const events: LedgerEvent[] = [];
      for await (const part of snapshot.readParts()) {
        if (part.type !== 'entries') continue;
        for (const entry of part.entries) if (entry.type === 'entry') events.push(entry.event);
      }
      return events;
    },
    key,
  );
}

/** Every hash computed again, and the head's, so that the chain is right in itself. */
async function rechain(): Promise<void> {
  let previous = GENESIS_HASH;
  const statements: string[] = [];
  for (const event of await readAcme()) {
    previous = hashLedgerEvent(event, previous, sha256);
    statements.push(
      `UPDATE ledger_event SET hash = '\\x${previous}' WHERE ${OF_ACME} AND sequence = ${event.sequence}`,
    );
  }
  statements.push(`UPDATE organization_head SET hash = '\\x${previous}' WHERE ${OF_ACME}`);
  await tamper(statements.join(';'));
}

async function verify(): Promise<{ readonly exitCode: number; readonly mismatches: readonly Place[] }> {
  const { exitCode, json, error } = await operate(['verify', '--anchor', anchor, '--json'], {
    DATABASE_URL: database.url,
  });
  expect(error).toBe('');
  return { exitCode, mismatches: json['mismatches'] as Place[] };
}

describe('verify', () => {
  it.each([...TEN_FAULTS, ...MORE_FAULTS])('names the place of $fault', async ({ plant, rechained, found }) => {
    await tamper(plant);
    if (rechained === true) await rechain();
    const { exitCode, mismatches } = await verify();
    expect(exitCode).toBe(1);
    for (const place of found) expect(mismatches).toContainEqual(expect.objectContaining(place));
  });

  it('finds nothing where nothing was planted, and a ledger that has only grown since it was anchored', async () => {
    expect(await verify()).toEqual({ exitCode: 0, mismatches: [] });
    const feed = await openUsageFeed(database.pool, 'usage.later');
    await feed.apply([aPlainUsage({ id: 'evt_later', body: { request_id: 'req_later' } })]);
    expect(await verify()).toEqual({ exitCode: 0, mismatches: [] });
  });
});
