import { publishPlans, publishRateCard, registerOrganization } from '@floopy/application';
import {
  amountOfUnits,
  type Instant,
  instantOfMilliseconds,
  organizationIdOf,
  type PlanDraft,
  SEEDED_PLANS,
} from '@floopy/domain';
import {
  createPlanStore,
  createPool,
  createPublishingStore,
  createTermsStore,
  type DatabasePool,
  findOrganizationKey,
  queriesOf,
} from '@floopy/postgres';
import { sha256 } from '@floopy/runtime';
import { Oracle } from '../oracle/oracle';
import type { Logged, PlanRules, Said } from '../oracle/vocabulary';
import { Consumer } from './consumer';
import { Cuts } from './cuts';
import { draftOfCard, firstCard } from './prices';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
/** Three days before a month ends, so that most histories pass into the next. */
export const BEGINNING = Date.UTC(2026, 8, 28, 9);

const ALL = { origins: ['gateway', 'playground'], countsCacheHits: true } as const;
export const PLANS: Readonly<Record<string, PlanRules>> = {
  lite: { included: 1, rate: null, markup: 0, ...ALL },
  mid: { included: 3, rate: 1_000_000_007n, markup: 1_533, origins: ['gateway', 'playground'], countsCacheHits: false },
  max: { included: 6, rate: 30n, markup: 77, origins: ['gateway'], countsCacheHits: true },
};

/** Who is there from the beginning, and who comes later: usage of it is parked until then. */
export const ORGANIZATIONS: readonly { readonly id: string; readonly markup: number | null; readonly plan: string }[] =
  [
    { id: 'org_plan', markup: null, plan: 'mid' },
    { id: 'org_own', markup: 251, plan: 'lite' },
    { id: 'org_late', markup: null, plan: 'max' },
  ];
const LATECOMER = 'org_late';

/** One service on a database of its own, and the oracle that is told the same. */
export class World {
  readonly topic = 'usage.model';
  readonly logs: Logged[][] = [[], []];
  /** Everything that was ever said, in order: what may be said again. */
  readonly said: Said[] = [];
  readonly oracle = new Oracle(PLANS, this.logs);
  readonly consumer: Consumer;
  readonly reprices: number[] = [];
  private readonly keys = new Map<string, number>();

  private constructor(
    readonly pool: DatabasePool,
    readonly reader: DatabasePool,
    readonly cuts: Cuts,
    public now: number,
  ) {
    this.consumer = new Consumer({ pool, cuts, topic: this.topic, logs: this.logs, clock: this.clock });
  }

  static async open(url: string, cuts: Cuts): Promise<World> {
    const pools = { url, maxConnections: 4, pipeline: true, role: 'floopy_writer' } as const;
    const pool = cuts.watch(createPool({ ...pools, applicationName: 'model' }));
    const reader = createPool({ ...pools, role: 'floopy_reader', applicationName: 'model-reader' });
    const world = new World(pool, reader, cuts, BEGINNING);
    await world.begin();
    return world;
  }

  readonly clock = (): Instant => instantOfMilliseconds(this.now);

  /** Who exists by now. */
  get organizations(): string[] {
    return [...this.oracle.accounts.keys()];
  }

  async keyOf(id: string): Promise<number> {
    const known = this.keys.get(id);
    if (known !== undefined) return known;
    const key = await findOrganizationKey(queriesOf(this.pool), organizationIdOf(id));
    if (key === null) throw new Error(`${id} is not there`);
    this.keys.set(id, key);
    return key;
  }

  /** @returns what the use case answers */
  async register(index: number): Promise<string> {
    const { id = '', markup = null, plan = '' } = ORGANIZATIONS[index] ?? {};
    const organization = { id: organizationIdOf(id), name: id, markupBasisPoints: markup };
    const ports = { store: createTermsStore(this.pool), clock: this.clock };
    return (await registerOrganization(ports, { organization, planId: plan, registeredBy: 'model' })).type;
  }

  async close(): Promise<void> {
    await Promise.all([this.pool.end(), this.reader.end()]);
  }

  private async begin(): Promise<void> {
    const terms = { clock: this.clock, sha256 };
    const drafts = Object.entries(PLANS).map(([id, rules]) => draftOfPlan(id, rules));
    const published = await publishPlans(
      { store: createPlanStore(this.pool), ...terms },
      { drafts, effectiveAt: null, publishedBy: 'model' },
    );
    if (published.type !== 'published') throw new Error('the plans of the model were refused');
    const card = firstCard();
    this.oracle.prices.publishCard(card, this.now);
    const ports = { store: createPublishingStore(this.pool), ...terms };
    await publishRateCard(ports, { draft: draftOfCard(card), publishedBy: 'model' });
    for (const [index, { id, markup, plan }] of ORGANIZATIONS.entries()) {
      if (id === LATECOMER) continue;
      await this.register(index);
      this.oracle.found(id, markup, plan);
    }
    await this.consumer.start();
  }
}

function draftOfPlan(id: string, { included, rate, markup, origins, countsCacheHits }: PlanRules): PlanDraft {
  const [, pro] = SEEDED_PLANS;
  if (pro === undefined) throw new Error('there are seeded plans');
  return {
    ...pro,
    id,
    name: id,
    includedRequests: included,
    overageRate: rate === null ? null : amountOfUnits(rate),
    markupBasisPoints: markup,
    counting: { outcomes: ['succeeded', 'client_aborted'], origins, cacheHits: countsCacheHits },
  };
}
