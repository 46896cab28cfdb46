import {
  type DatabasePool,
  inOrganization,
  LabelTextMemory,
  type Queries,
  readOnceInOrganization,
  RateCardMemory,
  readStreamEnd,
} from '@floopy/postgres';
import { encodeWatermark, type WatermarkView } from '@floopy/contracts';
import type { LagMonitor } from '../watermark/lag-monitor';
import type { BoundOrganization } from './api-request';

/** What a reading is made with: one snapshot of one organization, which nothing else is seen through. */
export interface Reading {
  readonly queries: Queries;
  readonly organizationKey: number;
  readonly watermark: WatermarkView;
}

/** Reads for the organization that a request is bound to. */
export class OrganizationReads {
  /** Names that rows point at, and published cards: neither ever changes. */
  readonly labels = new LabelTextMemory();
  readonly cards = new RateCardMemory();

  constructor(
    private readonly pool: DatabasePool,
    private readonly lag: LagMonitor,
  ) {}

  /** Runs `work` in one snapshot, whose end is the watermark of what it reads. */
  read<Result>(organization: BoundOrganization, work: (reading: Reading) => Promise<Result>): Promise<Result> {
    return inOrganization(this.pool, organization.key, async (queries) => {
      const end = await readStreamEnd(queries, organization.key);
      const watermark = encodeWatermark({ ...end, lagMs: this.lagMsFor(organization) });
      return work({ queries, organizationKey: organization.key, watermark });
    });
  }

  /** For statements that are all begun at once, and find the watermark by themselves: one round trip. */
  readOnce<Result>(organization: BoundOrganization, read: (queries: Queries) => Promise<Result>): Promise<Result> {
    return readOnceInOrganization(this.pool, organization.key, read);
  }

  /** As `read`, for work that finds the watermark by itself, or needs none. */
  readBare<Result>(organization: BoundOrganization, work: (queries: Queries) => Promise<Result>): Promise<Result> {
    return inOrganization(this.pool, organization.key, work);
  }

  lagMsFor(organization: BoundOrganization): number {
    return this.lag.lagMsFor(organization.id);
  }
}
