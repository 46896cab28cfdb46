import { changeTerms, type Proof, publishPlans, publishRateCard, publishRateOverride } from '@floopy/application';
import {
  amountOfUnits,
  type Instant,
  instantOfMilliseconds,
  organizationIdOf,
  SEEDED_PLANS,
  type TermsChange,
  UNITS_PER_CENT,
} from '@floopy/domain';
import { openUsageFeed, type UsageFeed } from '../../../../test/support/applied-usage';
import { proveFed } from '../../../../test/support/proof-fixture';
import {
  CLOCK_AND_HASH,
  createSeededDatabase,
  SEEDED_CARD,
  type SeededDatabase,
} from '../../../../test/support/seeded-database';
import { aPlainUsage, type PlainUsage } from '../../../../test/support/usage-records';
import { createOrganization } from '../organization/create-organization';
import { queriesOf } from '../connection/queries';
import { createTermsStore } from '../organization/terms-store';
import { createPlanStore } from '../plans/plan-store';
import { createPublishingStore } from '../pricing/publishing-store';

const TOPIC = 'usage.test';
const ACME = organizationIdOf('org_acme');
/** Between two steps of the story: past what clocks may differ by, and not past what an event may be ahead of them. */
const STEP_MS = 20_000;
const ALLOWANCE = 30;

interface PlantedFault {
  readonly plant: string;
  readonly mend: string;
}

const PLANTED_AT = 7;
const PLANTED = `sequence = ${PLANTED_AT} AND organization_key = 1`;

function update(plant: string, mend: string): PlantedFault {
  const change = (assignment: string) => `UPDATE ledger_event SET ${assignment} WHERE ${PLANTED}`;
  return { plant: change(plant), mend: change(mend) };
}

/*
 * A minute of two organizations on two partitions: attempts, resends, conflicts, late usage, what nobody serves, what has
 * no rate, an organization that comes later, prices and plans that change. Nothing here is told to the proof but the records.
 */
describe('a proof of replay', () => {
  let database: SeededDatabase;
  let feeds: [UsageFeed, UsageFeed];
  const begin = CLOCK_AND_HASH.clock();
  const after = (steps: number): Instant => instantOfMilliseconds(begin + steps * STEP_MS);

  const usage = (id: string, body: Record<string, unknown> = {}, time?: string): PlainUsage =>
    aPlainUsage({
      id: `evt_${id}`,
      body: { request_id: `req_${id}`, ...body },
      ...(time === undefined ? {} : { time }),
    });
  const usages = (name: string, count: number, body: Record<string, unknown> = {}, time?: string): PlainUsage[] =>
    Array.from({ length: count }, (_, index) => usage(`${name}_${index}`, body, time));

  beforeAll(async () => {
    database = await createSeededDatabase(['org_acme', 'org_globex']);
    feeds = [await openUsageFeed(database.pool, TOPIC, 0), await openUsageFeed(database.pool, TOPIC, 1)];
    await publishSmallPlan();
    await change({ type: 'plan', planId: 'small' });
    await change({ type: 'overage', enabled: true });
    await live();
  });

  afterAll(() => database.drop());

  async function publishSmallPlan(): Promise<void> {
    const [, pro] = SEEDED_PLANS;
    if (pro === undefined) throw new Error('there are seeded plans');
    const small = { ...pro, id: 'small', includedRequests: ALLOWANCE, markupBasisPoints: 125 };
    const ports = { store: createPlanStore(database.pool), ...CLOCK_AND_HASH };
    await publishPlans(ports, { drafts: [small], effectiveAt: null, publishedBy: 'ada' });
  }

  async function change(to: TermsChange): Promise<void> {
    const ports = {
      store: createTermsStore(database.pool),
      clock: CLOCK_AND_HASH.clock,
      onChanged: () => Promise.resolve(),
    };
    const request = { organizationId: ACME, change: to, effectiveAt: null, actor: 'operator', changedBy: 'a' } as const;
    const outcome = await changeTerms(ports, request);
    if (outcome.type === 'refused') throw new Error(outcome.code);
  }

  async function publishPrices(at: Instant): Promise<void> {
    const ports = { store: createPublishingStore(database.pool), ...CLOCK_AND_HASH, clock: () => at };
    const [openai] = SEEDED_CARD.models;
    if (openai === undefined) throw new Error('the seeded card has a model');
    const models = [...SEEDED_CARD.models, { ...openai, model: 'gpt-9', aliases: [] }];
    await publishRateCard(ports, { draft: { ...SEEDED_CARD, models }, publishedBy: 'ada' });
    const agreed = {
      provider: 'openai',
      model: 'gpt-4o',
      serviceTier: 'standard',
      aboveInputTokens: 0,
      tokenClass: 'output',
      unitPrice: amountOfUnits(UNITS_PER_CENT / 3_000n),
    } as const;
    const draft = { id: 'agreed', organizationId: ACME, inForce: { start: at, end: null }, unitPrices: [agreed] };
    const published = await publishRateOverride(ports, { draft, publishedBy: 'ada' });
    if (published.type !== 'published') throw new Error(published.type);
  }

  async function live(): Promise<void> {
    const [acme, both] = feeds;
    await acme.apply([...usages('early', ALLOWANCE - 5, { user_id: 'usr_1' }), ...usages('early', 5)]);
    await acme.apply([usage('early_1', { model: 'gpt-4o-2024-08-06' }), ...usages('early', 9, { user_id: 'usr_1' })]);
    await both.apply([
      ...usages('globex', 40, { organization_id: 'org_globex', team_id: 'team_1' }),
      ...usages('unserved', 6, { outcome: 'upstream_error', usage: { input_tokens: 0, output_tokens: 0 } }),
      ...usages('unpriced', 3, { model: 'gpt-9' }),
      ...usages('nobody', 2, { organization_id: 'org_hooli' }),
    ]);
    await createOrganization(queriesOf(database.pool), {
      id: organizationIdOf('org_hooli'),
      name: 'Hooli',
      markupBasisPoints: null,
    });
    const attempt = (index: number): PlainUsage => usage(`again_${index}`, { request_id: `req_early_${index}` });
    await both.apply([
      ...Array.from({ length: 8 }, (_, index) => attempt(index)),
      usage('early_2', { user_id: 'usr_1' }),
    ]);
    await acme.apply([...usages('second', 20), ...usages('play', 5, { origin: 'playground' })], after(1));
    await publishPrices(after(2));
    const third = usages('third', 20, {}, new Date(after(3)).toISOString());
    await acme.apply([...third, ...usages('newly', 5, { model: 'gpt-9' })], after(3));
    await both.apply([usage('late', {}, '2026-09-30T23:59:00.000Z'), ...usages('second', 4)], after(3));
  }

  const prove = (from = 0): Promise<Proof> => proveFed({ database, topic: TOPIC, feeds }, from);

  it('finds every decision equal, and counts what the records came to', async () => {
    const proof = await prove();
    expect(proof.differences).toEqual([]);
    expect(proof.ok).toBe(true);
    const tallies = proof.ranges.map(({ applied, duplicates, parked, isWhole }) => [
      applied,
      duplicates,
      parked,
      isWhole,
    ]);
    expect(tallies).toEqual([
      [75, 9, 6, true],
      [55, 5, 5, true],
    ]);
    expect(proof.checked).toEqual({ records: 155, entries: 130, parked: 11 });
  });

  it('has met what is rare: overage, repeated attempts, both cards, agreed prices, two months', async () => {
    const { rows } = await database.pool.query<Record<string, number>>(`
      SELECT count(*) FILTER (WHERE standing = 2)::int AS overage, count(*) FILTER (WHERE standing = 4)::int AS repeated,
             count(*) FILTER (WHERE rate_card_version = 1)::int AS first, count(*) FILTER (WHERE rate_card_version = 2)::int AS second,
             count(*) FILTER (WHERE override_version = 1)::int AS agreed, count(*) FILTER (WHERE occurred_at < '2026-10-01')::int AS late
        FROM ledger_event`);
    expect(Object.values(rows[0] ?? {}).filter((times) => times < 1)).toEqual([]);
  });

  it('begins anywhere: what was applied before is known, and what was sent again is a duplicate', async () => {
    for (const from of [1, 33, 40, 60]) {
      const proof = await prove(from);
      expect(proof.differences).toEqual([]);
      expect(proof.ranges.map(({ isWhole }) => isWhole)).toEqual([false, false]);
    }
  });

  it.each<[name: string, fault: PlantedFault, found: Record<string, unknown>]>([
    ['an amount', update('amount = amount - 0.0000000001', 'amount = amount + 0.0000000001'), { kind: 'amount' }],
    ['a card', update('rate_card_version = 2', 'rate_card_version = 1'), { kind: 'rate_card_version' }],
    ['a markup', update('markup_basis_points = 126', 'markup_basis_points = 125'), { kind: 'markup' }],
    ['a count', update('counted = NOT counted', 'counted = NOT counted'), { kind: 'counted' }],
    ['a standing', update('standing = 3', 'standing = 1'), { kind: 'standing', found: 'excess_unbilled' }],
    ['a fact', update('output_tokens = 679', 'output_tokens = 678'), { kind: 'fact', subject: 'output' }],
    [
      'a user',
      update('user_key = NULL', 'user_key = (SELECT min(label_key) FROM label WHERE kind = 2)'),
      { kind: 'fact' },
    ],
    [
      'a content',
      update("content = '00000000000000000000000000000000'", 'content = (SELECT content FROM kept)'),
      { kind: 'parked' },
    ],
  ])('names %s that was changed at its entry', async (_, fault, found) => {
    const proof = await provePlanted(fault);
    expect(proof.ok).toBe(false);
    expect(proof.differences[0]).toMatchObject({ organizationId: ACME, position: PLANTED_AT, partition: 0, ...found });
  });

  it('names an entry that is not there any more', async () => {
    const { differences } = await provePlanted({
      plant: `DELETE FROM ledger_event WHERE ${PLANTED}`,
      mend: 'INSERT INTO ledger_event SELECT * FROM kept',
    });
    expect(differences[0]).toMatchObject({
      kind: 'missing',
      partition: 0,
      offset: PLANTED_AT - 1,
      expected: 'an entry',
    });
  });

  it('names an entry that no record has ever stated', async () => {
    const { differences } = await provePlanted({
      plant: `
        CREATE TABLE made_up AS SELECT * FROM kept;
        UPDATE made_up SET sequence = 1000, identity = gen_random_uuid();
        INSERT INTO ledger_event SELECT * FROM made_up`,
      mend: 'DELETE FROM ledger_event WHERE sequence = 1000; DROP TABLE made_up',
    });
    expect(differences).toContainEqual(expect.objectContaining({ kind: 'no_record', position: 1_000, partition: 0 }));
  });

  it('names a dead letter with a reason that its record does not give', async () => {
    const { differences } = await provePlanted({
      plant: "UPDATE dead_letter SET reason = 'invalid' WHERE reason = 'conflict' AND record_offset = 30",
      mend: "UPDATE dead_letter SET reason = 'conflict' WHERE reason = 'invalid'",
    });
    expect(differences).toHaveLength(1);
    expect(differences[0]).toMatchObject({ kind: 'parked', offset: 30, found: 'invalid' });
  });

  it('names a count of duplicates that the log does not bear out', async () => {
    const { differences } = await provePlanted({
      plant: 'UPDATE ingest_partition SET duplicates = duplicates - 1, skipped = skipped + 1 WHERE partition = 0',
      mend: 'UPDATE ingest_partition SET duplicates = duplicates + 1, skipped = skipped - 1 WHERE partition = 0',
    });
    expect(differences.map(({ kind }) => kind)).toEqual(['partition_duplicates', 'partition_skipped']);
  });

  /** Plants a fault as somebody would who has all rights, and mends it again. */
  async function provePlanted({ plant, mend }: PlantedFault): Promise<Proof> {
    const run = (text: string) =>
      database.pool.query(`SET session_replication_role = replica; ${text}; RESET session_replication_role`);
    await run(`CREATE TABLE kept AS SELECT * FROM ledger_event WHERE ${PLANTED}; ${plant}`);
    try {
      return await prove();
    } finally {
      await run(`${mend}; DROP TABLE kept`);
    }
  }
});
