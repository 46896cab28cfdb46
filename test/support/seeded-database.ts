import { publishRateCard } from '@floopy/application';
import { instantOfMilliseconds, parseAmount, type RateCardDraft } from '@floopy/domain';
import { createPool, createPublishingStore, type DatabasePool } from '@floopy/postgres';
import { sha256, systemClock } from '@floopy/runtime';
import { createTestDatabase, type TestDatabase } from './test-database';

/** A database of a test's own with organizations and a published card, and a superuser's pool on it. */
export interface SeededDatabase {
  readonly url: string;
  readonly pool: DatabasePool;
  drop(): Promise<void>;
}

export const SEEDED_ORGANIZATIONS = ['org_acme', 'org_globex', 'org_initech'] as const;

/** The clock and the hash that every process takes. */
export const CLOCK_AND_HASH = { clock: systemClock, sha256 };

/** In force since 2020: gpt-4o at its published prices, which the worked example uses. */
export const SEEDED_CARD: RateCardDraft = {
  id: 'standard',
  inForce: { start: instantOfMilliseconds(Date.UTC(2020, 0, 1)), end: null },
  models: [
    {
      provider: 'openai',
      model: 'gpt-4o',
      aliases: ['gpt-4o-2024-08-06'],
      serviceTiers: {
        standard: [
          {
            aboveInputTokens: 0,
            unitPrices: {
              input: cents('0.00025'),
              cache_read_input: cents('0.000125'),
              output: cents('0.001'),
              reasoning_output: cents('0.001'),
            },
            requestFee: cents('0'),
          },
        ],
      },
    },
  ],
};

/** Makes organizations with empty ledgers, and publishes the seeded card. */
export async function seedOrganizations(pool: DatabasePool, organizations: readonly string[]): Promise<void> {
  await pool.query(
    `WITH created AS (
       INSERT INTO organization (organization_id, name) SELECT id, id FROM unnest($1::text[]) AS id
       RETURNING organization_key)
     INSERT INTO organization_head (organization_key) SELECT organization_key FROM created`,
    [organizations],
  );
  const published = await publishRateCard(
    { store: createPublishingStore(pool), ...CLOCK_AND_HASH },
    { draft: SEEDED_CARD, publishedBy: 'test' },
  );
  if (published.type !== 'published') throw new Error(`the seeded card was not published: ${published.type}`);
}

export async function createSeededDatabase(
  organizations: readonly string[] = SEEDED_ORGANIZATIONS,
): Promise<SeededDatabase> {
  const database: TestDatabase = await createTestDatabase();
  const pool = createPool({ url: database.url, applicationName: 'test', maxConnections: 4, pipeline: true });
  await seedOrganizations(pool, organizations);
  return {
    url: database.url,
    pool,
    async drop() {
      await pool.end();
      await database.drop();
    },
  };
}

function cents(text: string): NonNullable<ReturnType<typeof parseAmount>> {
  const amount = parseAmount(text);
  if (amount === null) throw new Error(`not an amount: ${text}`);
  return amount;
}
