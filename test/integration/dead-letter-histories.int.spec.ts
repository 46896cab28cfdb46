import { verifyLedger } from '@floopy/application';
import { organizationIdOf } from '@floopy/domain';
import { createLetterStore, createOrganization, inLedgerSnapshot, queriesOf } from '@floopy/postgres';
import * as fc from 'fast-check';
import { openUsageFeed, type UsageFeed } from '../support/applied-usage';
import { priceUnpriced, redriveIn } from '../support/dead-letters-fixture';
import { proveFed } from '../support/proof-fixture';
import { CLOCK_AND_HASH, createSeededDatabase, type SeededDatabase } from '../support/seeded-database';
import { aPlainUsage } from '../support/usage-records';

const TOPIC = 'usage.histories';
const EVENTS = 12;
/** What an event needs before it can be applied: gpt-4o has a rate and org_acme exists from the beginning. */
const MODELS = ['gpt-4o', 'gpt-8', 'gpt-9'];
const OWNERS = ['org_acme', 'org_late'];

const modelOf = (event: number): string => MODELS[event % MODELS.length] ?? '';
const ownerOf = (event: number): string => OWNERS[event % OWNERS.length] ?? '';

/** What somebody does, at one moment or at the same. */
type Step =
  | { readonly type: 'send'; readonly events: readonly number[] }
  | { readonly type: 'redrive'; readonly reason: 'unpriced' | 'unknown_organization' | null; readonly times: number }
  | { readonly type: 'discard'; readonly nth: number }
  | { readonly type: 'price'; readonly model: string }
  | { readonly type: 'found' };

const event = fc.nat({ max: EVENTS - 1 });
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ type: fc.constant('send' as const), events: fc.array(event, { minLength: 1 }) }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        type: fc.constant('redrive' as const),
        reason: fc.constantFrom('unpriced' as const, 'unknown_organization' as const, null),
        times: fc.integer({ min: 1, max: 3 }),
      }),
    },
    { weight: 2, arbitrary: fc.record({ type: fc.constant('discard' as const), nth: fc.nat({ max: 20 }) }) },
    {
      weight: 1,
      arbitrary: fc.record({ type: fc.constant('price' as const), model: fc.constantFrom('gpt-8', 'gpt-9') }),
    },
    { weight: 1, arbitrary: fc.constant({ type: 'found' as const }) },
  ),
  { minLength: 8, maxLength: 25 },
);

interface ModelledLetter {
  readonly event: number;
  status: 'parked' | 'applied' | 'duplicate' | 'discarded';
  reason: string;
}

/** What has to come of it, told by rules that share nothing with the pipeline. */
class Told {
  readonly priced = new Set(['gpt-4o']);
  isFounded = false;
  readonly applied = new Set<number>();
  readonly letters: ModelledLetter[] = [];
  duplicates = 0;

  private refusal(one: number): string | null {
    if (ownerOf(one) === 'org_late' && !this.isFounded) return 'unknown_organization';
    return this.priced.has(modelOf(one)) || this.applied.has(one) ? null : 'unpriced';
  }

  send(one: number): void {
    const reason = this.refusal(one);
    if (reason !== null) this.letters.push({ event: one, status: 'parked', reason });
    else if (this.applied.has(one)) this.duplicates += 1;
    else this.applied.add(one);
  }

  redrive(wanted: string | null): void {
    for (const letter of this.letters) {
      if (letter.status !== 'parked' || (wanted !== null && letter.reason !== wanted)) continue;
      const reason = this.refusal(letter.event);
      if (reason !== null) letter.reason = reason;
      else {
        letter.status = this.applied.has(letter.event) ? 'duplicate' : 'applied';
        this.applied.add(letter.event);
      }
    }
  }

  get counts() {
    const moved = (status: string): number => this.letters.filter((letter) => letter.status === status).length;
    const resolved = moved('applied') + moved('duplicate');
    const duplicates = this.duplicates + moved('duplicate');
    return { applied: this.applied.size, duplicates, parked: this.letters.length - resolved };
  }
}

describe('any history of dead letters', () => {
  let database: SeededDatabase;
  const met = new Set<string>();
  beforeEach(async () => {
    database = await createSeededDatabase(['org_acme']);
  });
  afterEach(() => database.drop());

  async function take(step: Step, told: Told, feed: UsageFeed): Promise<void> {
    switch (step.type) {
      case 'send':
        for (const one of step.events) told.send(one);
        await feed.apply(step.events.map(usageOf));
        return;
      case 'redrive': {
        const { reason, times } = step;
        told.redrive(reason);
        // However many do it at the same moment, it is done once.
        const selection = reason === null ? {} : { reason };
        await Promise.all(Array.from({ length: times }, () => redriveIn(database.pool, selection)));
        return;
      }
      case 'discard':
        return discard(step.nth, told);
      case 'price':
        if (told.priced.has(step.model)) return;
        told.priced.add(step.model);
        await priceUnpriced(database.pool, '0.001', { models: [...told.priced].filter((model) => model !== 'gpt-4o') });
        return;
      case 'found':
        told.isFounded = true;
        await createOrganization(queriesOf(database.pool), {
          id: organizationIdOf('org_late'),
          name: 'Late',
          markupBasisPoints: null,
        });
    }
  }

  async function discard(nth: number, told: Told): Promise<void> {
    const letter = told.letters[nth];
    const operator = { name: 'ada', actNumber: null };
    const discarded = await createLetterStore(database.pool).inTransaction((letters) =>
      letters.discard([nth + 1], 'not wanted', operator),
    );
    expect(discarded).toBe(letter?.status === 'parked' ? 1 : 0);
    if (letter?.status === 'parked') letter.status = 'discarded';
  }

  async function expectAsTold(told: Told, feed: UsageFeed): Promise<void> {
    const { rows: letters } = await database.pool.query(
      'SELECT status, reason FROM dead_letter ORDER BY dead_letter_key',
    );
    expect(letters).toEqual(told.letters.map(({ status, reason }) => ({ status, reason })));
    const { rows: counts } = await database.pool.query(
      'SELECT applied::int, duplicates::int, parked::int, next_offset::int AS passed FROM ingest_partition',
    );
    const { applied, duplicates, parked } = told.counts;
    expect(counts).toEqual([{ applied, duplicates, parked, passed: applied + duplicates + parked }]);
    const verified = await inLedgerSnapshot(database.pool, (snapshot) =>
      verifyLedger({ snapshot, sha256: CLOCK_AND_HASH.sha256, onProgress: () => undefined }),
    );
    expect(verified.mismatches).toEqual([]);
    expect((await proveFed({ database, topic: TOPIC, feeds: [feed] })).differences).toEqual([]);
  }

  it.each([4_242, 20_261_124, 7])('ends as simple rules tell, verified and proven (seed %i)', async (seed) => {
    const [history = []] = fc.sample(steps, { seed, numRuns: 1 });
    const told = new Told();
    const feed = await openUsageFeed(database.pool, TOPIC);
    for (const step of history) await take(step, told, feed);
    await take({ type: 'price', model: 'gpt-9' }, told, feed);
    await take({ type: 'redrive', reason: null, times: 2 }, told, feed);
    await expectAsTold(told, feed);
    for (const { status, reason } of told.letters) met.add(`${status} ${reason}`);
  });

  it('has met letters of every kind, and duplicates of each', () => {
    const kinds = ['applied unpriced', 'duplicate unpriced', 'discarded unpriced', 'parked unpriced'];
    expect([...met]).toEqual(expect.arrayContaining([...kinds, 'applied unknown_organization']));
  });
});

function usageOf(one: number) {
  const body = { organization_id: ownerOf(one), request_id: `req_${one}`, model: modelOf(one) };
  return aPlainUsage({ id: `evt_${one}`, body });
}
