import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { adjustBalance, publishRateOverride } from '@floopy/application';
import { instantOfMilliseconds, organizationIdOf, parseAmount } from '@floopy/domain';
import { createAdjustmentStore, createPublishingStore } from '@floopy/postgres';
import { sha256, systemClock } from '@floopy/runtime';
import { createLedger } from '../../apps/operator/test/a-ledger';
import { operate } from '../../apps/operator/test/operate';
import { openUsageFeed } from '../support/applied-usage';
import type { SeededDatabase } from '../support/seeded-database';
import { type TemporaryDirectory, temporaryDirectory } from '../support/temporary-directory';
import { aPlainUsage } from '../support/usage-records';
import { expectFindings } from './expect-report';

const ACME = organizationIdOf('org_acme');

/** A price agreed from soon on, usage under it, and a debit with a reason beyond ASCII. */
async function addAgreedUsageAndDebit({ pool }: SeededDatabase): Promise<void> {
  const soon = instantOfMilliseconds(systemClock() + 10_000);
  const rate = { provider: 'openai', model: 'gpt-4o', serviceTier: 'standard', aboveInputTokens: 0 } as const;
  const unitPrices = [{ ...rate, tokenClass: 'input' as const, unitPrice: parseAmount('0.0001999999')! }];
  const draft = { id: 'acme', organizationId: ACME, inForce: { start: soon, end: null }, unitPrices };
  const ports = { clock: systemClock, sha256 };
  const published = await publishRateOverride(
    { ...ports, store: createPublishingStore(pool) },
    { draft, publishedBy: 'test' },
  );
  if (published.type !== 'published') throw new Error(JSON.stringify(published));
  const feed = await openUsageFeed(pool);
  await feed.apply([aPlainUsage({ id: 'evt_agreed', time: new Date(soon + 1000).toISOString() })]);
  const debit = { organizationId: ACME, amount: parseAmount('-0.3333333333')!, reason: 'Rückbuchung 🙂: 3 × ½ €' };
  await adjustBalance({ ...ports, store: createAdjustmentStore(pool) }, { ...debit, idempotencyKey: 'debit-1' });
}

describe('a ledger that was exported from the database', () => {
  let database: SeededDatabase;
  let directory: TemporaryDirectory;
  let file: string;
  let text: string;

  beforeAll(async () => {
    database = await createLedger();
    await addAgreedUsageAndDebit(database);
    directory = temporaryDirectory();
    file = join(directory.path, 'org_acme.jsonl');
    await operate(['ledger', 'org_acme', '--export', file], { DATABASE_URL: database.url });
    text = readFileSync(file, 'utf8');
  });

  afterAll(async () => {
    directory.remove();
    await database.drop();
  });

  it('is found right by the verifier in Python, to the last charge', () => {
    expect(text.match(/"sequence":\d+,"type"/g)).toHaveLength(7);
    expectFindings([file], []);
  });

  it('is found wrong by it when one digit of one price was changed', () => {
    const changed = join(directory.path, 'changed.jsonl');
    writeFileSync(changed, text.replace('0.0001999999', '0.0001999998'));
    expectFindings([changed], [['rate_override_content'], ['charge', 6]]);
  });
});
