import { type BalanceView, encodeBalanceView } from '@floopy/contracts';
import { systemClock } from '@floopy/runtime';
import { Controller, Get, Headers, Query, Res } from '@nestjs/common';
import { ApiHeader, ApiResponse, ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../access/require-scope';
import { Answers } from '../documents/answers';
import type { ApiReply, BoundOrganization } from '../http/api-request';
import { Organization } from '../http/organization';
import { OrganizationReads } from '../http/organization-reads';
import { ProblemError } from '../problems/problem-error';
import { PositionWaiter } from '../watermark/position-waiter';
import { BalanceQuery } from './balance-query';
import { readCurrentBalance, readPastBalance } from './balance-reading';

@ApiTags('Balance')
@Controller('v1/organizations/:organization_id/balance')
export class BalanceController {
  constructor(
    private readonly reads: OrganizationReads,
    private readonly positions: PositionWaiter,
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
    const view = await this.read(organization, query.as_of);
    const tag = tagOf(view);
    reply.header('etag', tag).header('cache-control', 'private, no-cache');
    if (knownTag !== tag) return view;
    reply.code(304);
    return undefined;
  }

  private async waitFor(organization: BoundOrganization, position: string | undefined): Promise<void> {
    if (position === undefined || (await this.positions.reaches(organization.key, Number(position)))) return;
    throw new ProblemError('position_not_reached', `The ledger did not reach position ${position} in time.`);
  }

  private async read(organization: BoundOrganization, asOf: string | undefined): Promise<BalanceView> {
    const now = systemClock();
    const { position, recordedAt, ...reading } =
      asOf === undefined
        ? await this.reads.readOnce(organization, (queries) => readCurrentBalance(queries, organization, now))
        : await this.reads.readBare(organization, (queries) => readPastBalance(queries, organization, asOf, now));
    const lagMs = this.reads.lagMsFor(organization);
    return encodeBalanceView({ ...reading, watermark: { position, recordedAt, lagMs } });
  }
}

/** Everything that a balance can change with: its position, its period, and its lag. */
function tagOf({ watermark, period }: BalanceView): string {
  return `W/"${watermark.position}.${Date.parse(period.start)}.${watermark.lag_seconds}"`;
}
