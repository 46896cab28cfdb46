import { GroupedCalls } from '@floopy/application';
import { encodeWatermark, type WatermarkView } from '@floopy/contracts';
import {
  type BalanceQuestion,
  type CurrentBalance,
  type DatabasePool,
  inOrganization,
  LabelTextMemory,
  type Queries,
  queriesOf,
  RateCardMemory,
  readCurrentBalances,
  readStreamEnd,
  SpentHoursMemory,
} from '@floopy/postgres';
import { systemClock } from '@floopy/runtime';
import type { LagMonitor } from '../watermark/lag-monitor';
import type { BoundOrganization } from './api-request';

/** What a reading is made with: one snapshot of one organization, which nothing else is seen through. */
export interface Reading {
  readonly queries: Queries;
  readonly organizationKey: number;
  readonly watermark: WatermarkView;
}

/** What one statement reads at most: it takes some milliseconds. */
const MOST_BALANCES = 64;

/** Reads for the organization that a request is bound to. */
export class OrganizationReads {
  /** Names that rows point at, and published cards: neither ever changes. */
  readonly labels = new LabelTextMemory();
  readonly cards = new RateCardMemory();

  private readonly spent = new SpentHoursMemory();
  private readonly balances: GroupedCalls<BalanceQuestion, CurrentBalance | null>;

  constructor(
    private readonly pool: DatabasePool,
    private readonly lag: LagMonitor,
  ) {
    const queries = queriesOf(pool);
    this.balances = new GroupedCalls(
      (questions) => readCurrentBalances(queries, questions, systemClock(), this.spent),
      MOST_BALANCES,
    );
  }

  /** Runs `work` in one snapshot, whose end is the watermark of what it reads. */
  read<Result>(organization: BoundOrganization, work: (reading: Reading) => Promise<Result>): Promise<Result> {
    return inOrganization(this.pool, organization.key, async (queries) => {
      const end = await readStreamEnd(queries, organization.key);
      const watermark = encodeWatermark({ ...end, lagMs: this.lagMsFor(organization) });
      return work({ queries, organizationKey: organization.key, watermark });
    });
  }

  /** The balance of an organization as it is. What is asked while others are read goes together in one statement. */
  readBalance(question: BalanceQuestion): Promise<CurrentBalance | null> {
    return this.balances.ask(question);
  }

  /** As `read`, for work that finds the watermark by itself, or needs none. */
  readBare<Result>(organization: BoundOrganization, work: (queries: Queries) => Promise<Result>): Promise<Result> {
    return inOrganization(this.pool, organization.key, work);
  }

  lagMsFor(organization: BoundOrganization): number {
    return this.lag.lagMsFor(organization.id);
  }
}
