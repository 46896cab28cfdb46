import { type BalanceView, encodeBalanceView } from '@floopy/contracts';
import type { Amount, Instant } from '@floopy/domain';
import {
  type BalanceQuestion,
  type CurrentBalance,
  type Queries,
  readCurrentBalance,
  TermsMemory,
} from '@floopy/postgres';
import { systemClock } from '@floopy/runtime';
import { Controller, Get, Headers, Query, Res } from '@nestjs/common';
import { ApiHeader, ApiResponse, ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../access/require-scope';
import { Admissions } from '../admission/admissions';
import { Answers } from '../documents/answers';
import type { ApiReply, BoundOrganization } from '../http/api-request';
import { Organization } from '../http/organization';
import { OrganizationReads } from '../http/organization-reads';
import { ProblemError } from '../problems/problem-error';
import { PositionWaiter } from '../watermark/position-waiter';
import { BalanceQuery } from './balance-query';
import { type CurrentReading, type LedgerReading, readCurrentReading, readPastBalance } from './balance-reading';

type HeldReading = LedgerReading & { readonly openHolds: Amount | null };

@ApiTags('Balance')
@Controller('v1/organizations/:organization_id/balance')
export class BalanceController {
  private readonly terms = new TermsMemory();

  constructor(
    private readonly reads: OrganizationReads,
    private readonly positions: PositionWaiter,
    private readonly admissions: Admissions,
  ) {}

  @Get()
  @RequireScope('balance:read')
  @Answers('balance', 'The balance, exact, with its watermark', ['position_not_reached'])
  @ApiHeader({ name: 'If-None-Match', required: false, description: 'The ETag of the balance that is known already' })
  @ApiResponse({ status: 304, description: 'The balance, its watermark and its lag are those that are known' })
  async balance(
    @Organization() organization: BoundOrganization,
    @Query() query: BalanceQuery,
    @Headers('if-none-match') knownTag: string | undefined,
    @Res({ passthrough: true }) reply: ApiReply,
  ): Promise<BalanceView | undefined> {
    await this.waitFor(organization, query.at_least);
    const now = systemClock();
    const reading = await (query.as_of === undefined
      ? this.readCurrent(organization, now)
      : this.readPast(organization, query.as_of, now));
    const { position, recordedAt, termsVersion, ...balance } = reading;
    const watermark = { position, recordedAt, lagMs: this.reads.lagMsFor(organization) };
    const view = encodeBalanceView({ ...balance, watermark });
    const tag = tagOf(view, termsVersion);
    reply.header('etag', tag).header('cache-control', 'private, no-cache');
    if (knownTag !== tag) return view;
    reply.code(304);
    return undefined;
  }

  private async waitFor(organization: BoundOrganization, position: string | undefined): Promise<void> {
    if (position === undefined || (await this.positions.reaches(organization.key, Number(position)))) return;
    throw new ProblemError('position_not_reached', `The ledger did not reach position ${position} in time.`);
  }

  /** With what is held at the very position of the balance; unknown where nobody can say so. */
  private async readCurrent(organization: BoundOrganization, now: Instant): Promise<HeldReading> {
    const { reading, held } = await this.admissions.beside(organization.id, () => this.readLedger(organization, now));
    return { ...reading, openHolds: held === null ? null : held.held };
  }

  /** By the terms that are remembered; where they have changed since, by those that are read with the balance. */
  private async readLedger(organization: BoundOrganization, now: Instant): Promise<CurrentReading> {
    const held = this.terms.recall(organization.key);
    const ask = (question: BalanceQuestion): Promise<CurrentBalance | null> => this.reads.readBalance(question);
    const reading = held === null ? null : await readCurrentReading(ask, organization, held, now);
    return reading ?? this.reads.readBare(organization, (queries) => this.readAnew(queries, organization, now));
  }

  private async readAnew(queries: Queries, organization: BoundOrganization, now: Instant): Promise<CurrentReading> {
    const held = await this.terms.read(queries, organization.key);
    const ask = (question: BalanceQuestion): Promise<CurrentBalance> => readCurrentBalance(queries, question, now);
    const reading = await readCurrentReading(ask, organization, held, now);
    if (reading === null) throw new Error('what is read in one snapshot agrees');
    return reading;
  }

  /** What was held then, nobody keeps. */
  private readPast(organization: BoundOrganization, asOf: string, now: Instant): Promise<HeldReading> {
    return this.reads.readBare(organization, async (queries) => {
      const held = await this.terms.read(queries, organization.key);
      const reading = await readPastBalance(queries, organization, held, { asOf, now });
      return { ...reading, openHolds: null };
    });
  }
}

/**
 * Everything that a balance can change with: its position, its period, its terms and its plan, what is held, its lag, and
 * the days that are left. What goes in a day moves with every moment, and no balance would ever be known.
 */
function tagOf({ watermark, period, requests, open_holds: held, forecast }: BalanceView, termsVersion: number): string {
  const { position, lag_seconds: lag } = watermark;
  const judgedBy = [Date.parse(period.start), termsVersion, requests.included];
  return `W/"${[position, ...judgedBy, lag, held ?? '-', forecast?.days_left ?? ''].join('.')}"`;
}
