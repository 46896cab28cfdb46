import { encodeUsedPeriods, type MonthlyUsageView } from '@floopy/contracts';
import { readMonthlyUsage } from '@floopy/postgres';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../access/require-scope';
import { Answers } from '../documents/answers';
import type { BoundOrganization } from '../http/api-request';
import { intervalOf } from '../http/interval-of';
import { Organization } from '../http/organization';
import { OrganizationReads } from '../http/organization-reads';
import { MonthlyUsageQuery } from './monthly-usage-query';

@ApiTags('Balance')
@Controller('v1/organizations/:organization_id/monthly-usage')
export class MonthlyUsageController {
  constructor(private readonly reads: OrganizationReads) {}

  @Get()
  @RequireScope('balance:read')
  @Answers('monthly_usage', 'Requests and spend of each billing period in which there was usage, oldest first')
  monthlyUsage(
    @Organization() organization: BoundOrganization,
    @Query() query: MonthlyUsageQuery,
  ): Promise<MonthlyUsageView> {
    const interval = intervalOf(query);
    return this.reads.read(organization, async ({ queries, organizationKey, watermark }) => ({
      organization_id: organization.id,
      unit: 'cent',
      periods: encodeUsedPeriods(await readMonthlyUsage(queries, organizationKey, interval)),
      watermark,
    }));
  }
}
