import { createHash } from 'node:crypto';
import { type PublishedPlans, publishPlans } from '@floopy/application';
import {
  type Instant,
  instantOfMilliseconds,
  parseInstant,
  type PlanDraft,
  SEEDED_PLANS,
  writePlanContent,
} from '@floopy/domain';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database';
import { createPool, type DatabasePool } from '../connection/pool';
import { queriesOf } from '../connection/queries';
import { inTransaction } from '../connection/transaction';
import { BEGIN_PRICING } from '../pricing/prices-lock';
import { readPublishedVersion } from '../pricing/read-published-version';
import { listPlans } from './list-plans';
import { createPlanStore } from './plan-store';
import { readPlans } from './read-plans';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const NOW = parseInstant('2026-11-23T10:00:00.123Z')!;
const BEGINNING = instantOfMilliseconds(0);

function aDraft(stated: Partial<PlanDraft> = {}): PlanDraft {
  const [, pro] = SEEDED_PLANS;
  if (pro === undefined) throw new Error('there are seeded plans');
  return { ...pro, ...stated };
}

describe('publishing plans', () => {
  let database: TestDatabase;
  let writer: DatabasePool;

  beforeEach(async () => {
    database = await createTestDatabase();
    writer = createPool({ url: database.url, role: 'floopy_writer', applicationName: 'plans', maxConnections: 4 });
  });

  afterEach(async () => {
    await writer.end();
    await database.drop();
  });

  const publish = (drafts: readonly PlanDraft[], effectiveAt: Instant | null = null): Promise<PublishedPlans> =>
    publishPlans(
      { store: createPlanStore(writer), clock: () => NOW, sha256 },
      { drafts, effectiveAt, publishedBy: 'ada' },
    );

  it('begins with the seeded plans, in force from the beginning of time', async () => {
    const seeded = SEEDED_PLANS.map((draft, index) => ({
      ...draft,
      version: index + 1,
      contentHash: sha256(writePlanContent(draft)),
      effectiveAt: BEGINNING,
      publishedAt: BEGINNING,
    }));
    expect(await readPlans(queriesOf(writer))).toEqual(seeded);
    const { rows } = await writer.query<{ content: string }>('SELECT content FROM plan_version ORDER BY version');
    expect(rows.map(({ content }) => content)).toEqual(SEEDED_PLANS.map(writePlanContent));
  });

  it('publishes what differs, and answers the version that there is for what does not', async () => {
    const cheaper = aDraft({ includedRequests: 200_000 });
    const agreed = aDraft({ id: 'acme-enterprise', name: 'Enterprise of Acme' });
    expect(await publish([aDraft(), cheaper, agreed])).toMatchObject({
      type: 'published',
      plans: [
        { type: 'already_published', plan: { version: 2 } },
        { type: 'publishable', plan: { version: 4, id: 'pro', effectiveAt: NOW } },
        { type: 'publishable', plan: { version: 5, id: 'acme-enterprise' } },
      ],
    });
    expect((await readPlans(queriesOf(writer))).slice(3)).toMatchObject([cheaper, agreed]);
    expect(await listPlans(queriesOf(writer))).toMatchObject([
      { version: 5, id: 'acme-enterprise', publishedBy: 'ada', publishedAt: NOW },
      { version: 4, id: 'pro' },
      { version: 3 },
      { version: 2 },
      { version: 1 },
    ]);
  });

  it('publishes nothing when one of them is refused', async () => {
    const refused = await publish([aDraft({ includedRequests: 7 }), aDraft({ id: 'free', name: '' })]);
    expect(refused).toMatchObject({ type: 'refused', refused: [{ planId: 'free', code: 'invalid_plan' }] });
    expect(await publish([aDraft({ name: 'Past' })], instantOfMilliseconds(NOW - 1))).toMatchObject({
      type: 'refused',
      refused: [{ planId: 'pro', code: 'takes_effect_in_the_past' }],
    });
    expect(await readPlans(queriesOf(writer))).toHaveLength(SEEDED_PLANS.length);
    expect(await readPublishedVersion(queriesOf(writer))).toBe(0);
  });

  it('tells whoever holds plans in memory, by the number that tells of prices', async () => {
    await publish([aDraft({ name: 'Professional' })]);
    expect(await readPublishedVersion(queriesOf(writer))).toBe(1);
  });

  it('waits for what is being posted, and takes turns with another publication', async () => {
    let published: Promise<PublishedPlans>[] = [];
    await inTransaction(
      writer,
      async (transaction) => {
        published = [publish([aDraft({ name: 'One' })]), publish([aDraft({ id: 'two', name: 'Two' })])];
        await new Promise((resolve) => setTimeout(resolve, 100));
        expect(await readPlans(transaction)).toHaveLength(SEEDED_PLANS.length);
      },
      BEGIN_PRICING,
    );
    await Promise.all(published);
    const versions = (await readPlans(queriesOf(writer))).map(({ version }) => version);
    expect(versions).toEqual([1, 2, 3, 4, 5]);
  });
});
