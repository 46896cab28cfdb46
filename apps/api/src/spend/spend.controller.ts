import type { SpendDimension, SpendView } from '@floopy/contracts';
import { calendarMonthOf, formatAmount } from '@floopy/domain';
import { readSpend } from '@floopy/postgres';
import { systemClock } from '@floopy/runtime';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../access/require-scope';
import { Answers } from '../documents/answers';
import type { BoundOrganization } from '../http/api-request';
import { intervalOf } from '../http/interval-of';
import { Organization } from '../http/organization';
import { OrganizationReads } from '../http/organization-reads';
import { ProblemError } from '../problems/problem-error';
import { SpendQuery } from './spend-query';

@ApiTags('Requests')
@Controller('v1/organizations/:organization_id/spend')
export class SpendController {
  constructor(private readonly reads: OrganizationReads) {}

  @Get()
  @RequireScope('requests:read')
  @Answers('spend', 'What was charged for usage, summed by one or two dimensions, largest first', ['unprocessable'])
  spend(@Organization() organization: BoundOrganization, @Query() query: SpendQuery): Promise<SpendView> {
    const occurred = intervalOf(query, { start: calendarMonthOf(systemClock()).start, end: null });
    const groupBy = query.group_by.split(',') as SpendDimension[];
    return this.reads.read(organization, async ({ queries, organizationKey, watermark }) => {
      const spend = await readSpend(queries, { organizationKey, occurred, groupBy }, this.reads.labels);
      if (spend.hasMore) {
        throw new ProblemError(
          'unprocessable',
          `There are more than ${spend.groups.length} groups: ask for less time.`,
        );
      }
      return {
        organization_id: organization.id,
        unit: 'cent',
        group_by: groupBy,
        groups: spend.groups.map(({ values, requests, spend: sum }) => ({
          key: Object.fromEntries(groupBy.map((dimension, index) => [dimension, values[index] ?? null])),
          requests,
          spend: formatAmount(sum),
        })),
        total: formatAmount(spend.total),
        watermark,
      };
    });
  }
}
