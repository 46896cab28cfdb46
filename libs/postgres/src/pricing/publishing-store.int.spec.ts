import { createHash } from 'node:crypto';
import {
  publishRateCard,
  type PublishedRateCard,
  publishRateOverride,
  type PublishedRateOverride,
} from '@floopy/application';
import {
  amountOfUnits,
  type Instant,
  instantOfMilliseconds,
  type OrganizationId,
  organizationIdOf,
  parseInstant,
  type RateCardDraft,
  type RateOverrideDraft,
  writeRateCardContent,
  ZERO_AMOUNT,
} from '@floopy/domain';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database';
import { createPool, type DatabasePool } from '../connection/pool';
import { queriesOf } from '../connection/queries';
import { inTransaction } from '../connection/transaction';
import { insertRateCard } from './insert-rate-card';
import { insertRateOverride } from './insert-rate-override';
import { listRateCards } from './list-rate-cards';
import { BEGIN_PRICING } from './prices-lock';
import { createPublishingStore } from './publishing-store';
import { readPriceBook } from './read-price-book';
import { readPublishedVersion } from './read-published-version';
import { readRateCards } from './read-rate-cards';
import { readRateOverrides } from './read-rate-overrides';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const ACME = organizationIdOf('org_acme');
const NOW = parseInstant('2026-11-23T10:00:00.123Z')!;
const START = parseInstant('2020-01-01T00:00:00Z')!;

/** gpt-4o at so many units a token, in force from `start` on. */
function aDraft(units: bigint, start: Instant = START): RateCardDraft {
  const tier = { aboveInputTokens: 0, unitPrices: { input: amountOfUnits(units) }, requestFee: ZERO_AMOUNT };
  const model = { provider: 'openai', model: 'gpt-4o', aliases: ['gpt-4o-latest'], serviceTiers: { standard: [tier] } };
  return { id: 'list-prices', inForce: { start, end: null }, models: [model] };
}

function anAgreement(units: bigint, organizationId: OrganizationId = ACME): RateOverrideDraft {
  const rate = { provider: 'openai', model: 'gpt-4o', serviceTier: 'standard', aboveInputTokens: 0 } as const;
  const price = { ...rate, tokenClass: 'input', unitPrice: amountOfUnits(units) } as const;
  return { id: 'agreement', organizationId, inForce: { start: NOW, end: null }, unitPrices: [price] };
}

describe('publishing prices', () => {
  let database: TestDatabase;
  let writer: DatabasePool;

  beforeEach(async () => {
    database = await createTestDatabase();
    writer = createPool({ url: database.url, role: 'floopy_writer', applicationName: 'publishing', maxConnections: 4 });
    await writer.query(`INSERT INTO organization (organization_id, name) VALUES ('org_acme', 'Acme'), ('org_b', 'B')`);
  });

  afterEach(async () => {
    await writer.end();
    await database.drop();
  });

  const publish = (draft: RateCardDraft, now = NOW): Promise<PublishedRateCard> =>
    publishRateCard({ store: createPublishingStore(writer), clock: () => now, sha256 }, { draft, publishedBy: 'ada' });
  const agree = (draft: RateOverrideDraft, now = NOW): Promise<PublishedRateOverride> =>
    publishRateOverride(
      { store: createPublishingStore(writer), clock: () => now, sha256 },
      { draft, publishedBy: 'ada' },
    );

  it('stores a card as it was hashed, and reads it back as it was published', async () => {
    const published = await publish(aDraft(5n));
    expect(published).toMatchObject({ type: 'published', card: { version: 1, publishedAt: NOW } });
    const cards = await readRateCards(queriesOf(writer));
    expect(cards).toEqual([published.type === 'published' ? published.card : null]);
    const { rows } = await writer.query<{ content: string }>('SELECT content FROM rate_card');
    expect(rows).toEqual([{ content: writeRateCardContent(aDraft(5n)) }]);
    expect(sha256(rows[0]?.content ?? '')).toBe(cards[0]?.contentHash);
  });

  it('answers the version that there is when the same card is published again', async () => {
    await publish(aDraft(5n));
    expect(await publish(aDraft(5n))).toMatchObject({ type: 'already_published', card: { version: 1 } });
    expect(await readPublishedVersion(queriesOf(writer))).toBe(1);
  });

  it('raises the published version with every publication, so that no price in memory goes stale unseen', async () => {
    const before = await readPriceBook(queriesOf(writer));
    expect([before.publishedVersion, before.book.cardInForce(NOW)]).toEqual([0, null]);
    await publish(aDraft(5n));
    await agree(anAgreement(3n));
    const { book, publishedVersion } = await readPriceBook(queriesOf(writer));
    expect(publishedVersion).toBe(2);
    expect(book.cardInForce(NOW)?.version).toBe(1);
    expect(book.overrideInForce(ACME, NOW)?.unitPrices[0]?.unitPrice).toBe(3n);
  });

  it('writes nothing when it refuses', async () => {
    await publish(aDraft(5n));
    expect(await publish(aDraft(6n))).toMatchObject({ type: 'refused', code: 'changes_past_prices' });
    expect(await publish({ ...aDraft(6n), models: [] })).toMatchObject({ code: 'invalid_rate_card' });
    expect(await agree(anAgreement(3n, organizationIdOf('org_none')))).toEqual({
      type: 'refused',
      code: 'unknown_organization',
    });
    expect(await agree(anAgreement(3n), instantOfMilliseconds(NOW + 1))).toMatchObject({ code: 'starts_in_the_past' });
    expect([await readPublishedVersion(queriesOf(writer)), (await readRateCards(queriesOf(writer))).length]).toEqual([
      1, 1,
    ]);
  });

  it('lets publications take turns: of twenty at once every one is a version of its own', async () => {
    const drafts = Array.from({ length: 20 }, (_, index) => aDraft(BigInt(index), NOW));
    const published = await Promise.all(drafts.map((draft) => publish(draft)));
    expect(published.every(({ type }) => type === 'published')).toBe(true);
    const versions = (await readRateCards(queriesOf(writer))).map(({ version }) => version);
    expect(versions).toEqual(drafts.map((_, index) => index + 1));
    expect(await readPublishedVersion(queriesOf(writer))).toBe(20);
  });

  it('publishes one version when the same card comes twice at once', async () => {
    const published = await Promise.all([publish(aDraft(5n)), publish(aDraft(5n)), publish(aDraft(5n))]);
    expect(published.map(({ type }) => type).sort()).toEqual(['already_published', 'already_published', 'published']);
    expect(await readRateCards(queriesOf(writer))).toHaveLength(1);
  });

  it('waits for a transaction that prices, and makes the next one wait', async () => {
    const order: string[] = [];
    let publishing: Promise<PublishedRateCard> | undefined;
    await inTransaction(
      writer,
      async (transaction) => {
        publishing = publish(aDraft(5n)).finally(() => order.push('published'));
        await waitUntilSomebodyWaits(database.url);
        expect(await readPublishedVersion(transaction)).toBe(0);
        order.push('priced');
      },
      BEGIN_PRICING,
    );
    await publishing;
    expect(order).toEqual(['priced', 'published']);
  });

  it('numbers overrides for each organization, and reads all of them', async () => {
    await publish(aDraft(5n));
    const outcomes = [
      await agree(anAgreement(3n)),
      await agree(anAgreement(3n)),
      await agree(anAgreement(2n)),
      await agree(anAgreement(4n, organizationIdOf('org_b'))),
    ];
    expect(outcomes.map((outcome) => [outcome.type, 'override' in outcome && outcome.override.version])).toEqual([
      ['published', 1],
      ['already_published', 1],
      ['published', 2],
      ['published', 1],
    ]);
    const stored = await readRateOverrides(queriesOf(writer));
    expect(
      stored.map(({ organizationId, version, unitPrices }) => [organizationId, version, unitPrices[0]?.unitPrice]),
    ).toEqual([
      ['org_acme', 1, 3n],
      ['org_acme', 2, 2n],
      ['org_b', 1, 4n],
    ]);
  });

  it('lists versions without their prices, newest first', async () => {
    await publish(aDraft(5n));
    const end = parseInstant('2027-01-01T00:00:00Z')!;
    await publish({ ...aDraft(6n, NOW), id: 'winter', inForce: { start: NOW, end } });
    expect(await listRateCards(queriesOf(writer))).toMatchObject([
      { version: 2, id: 'winter', inForce: { start: NOW, end }, publishedAt: NOW, publishedBy: 'ada' },
      { version: 1, id: 'list-prices', inForce: { start: START, end: null }, publishedBy: 'ada' },
    ]);
  });

  it('refuses to change or take back what was published, to its own role and to a superuser', async () => {
    await publish(aDraft(5n));
    await agree(anAgreement(3n));
    const superuser = createPool({ url: database.url, applicationName: 'superuser', maxConnections: 1 });
    const changes = [
      `UPDATE rate_card SET content = '{}'`,
      'DELETE FROM rate_card',
      `UPDATE rate_override SET content = '{}'`,
      'DELETE FROM rate_override',
    ];
    for (const change of changes) {
      await expect(writer.query(change)).rejects.toThrow('permission denied');
      await expect(superuser.query(change)).rejects.toThrow('append-only');
    }
    await superuser.end();
    expect(await readRateCards(queriesOf(writer))).toHaveLength(1);
  });

  it('refuses a version that is taken, and an override of nobody', async () => {
    const outcome = await publish(aDraft(5n));
    if (outcome.type !== 'published') throw new Error(outcome.type);
    const publication = { content: '{}', contentHash: sha256('{}'), publishedAt: NOW, publishedBy: 'ada' };
    await expect(
      inTransaction(writer, (transaction) => insertRateCard(transaction, outcome.card, publication)),
    ).rejects.toThrow('rate_card_pkey');
    const override = { ...anAgreement(3n, organizationIdOf('org_none')), version: 1 };
    await expect(
      inTransaction(writer, (transaction) => insertRateOverride(transaction, override, publication)),
    ).rejects.toThrow('found before');
  });

  it('shows a reader the cards and only the overrides of its own organization', async () => {
    await publish(aDraft(5n));
    await agree(anAgreement(3n));
    await agree(anAgreement(4n, organizationIdOf('org_b')));
    const reader = createPool({
      url: database.url,
      role: 'floopy_reader',
      applicationName: 'reader',
      maxConnections: 1,
    });
    const seen = async (bound: string): Promise<unknown[]> =>
      inTransaction(reader, async (transaction) => {
        await transaction.query({ text: `SELECT set_config('floopy.organization_key', $1, true)`, values: [bound] });
        expect(await readRateCards(transaction)).toHaveLength(1);
        return (await readRateOverrides(transaction)).map(({ organizationId }) => organizationId);
      });
    expect([await seen('1'), await seen('2'), await seen('')]).toEqual([['org_acme'], ['org_b'], []]);
    await reader.end();
  });
});

/** Until a session of the database waits for a lock that another holds. */
async function waitUntilSomebodyWaits(url: string): Promise<void> {
  const observer = createPool({ url, applicationName: 'observer', maxConnections: 1 });
  try {
    for (;;) {
      const { rows } = await observer.query(
        `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory'`,
      );
      if (rows.length > 0) break;
    }
  } finally {
    await observer.end();
  }
}
