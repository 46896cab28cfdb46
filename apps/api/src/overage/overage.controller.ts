import { encodeOverageView, type OverageView } from '@floopy/contracts';
import { forecastOverage, frozenAt, isOverageOn } from '@floopy/domain';
import { countPeriodRequests, readCarriedOverage, readPeriodOverage } from '@floopy/postgres';
import { Body, Controller, Get, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Caller } from '../access/caller';
import { RequireScope } from '../access/require-scope';
import { Answers } from '../documents/answers';
import type { BoundOrganization } from '../http/api-request';
import { Calling } from '../http/calling';
import { Organization } from '../http/organization';
import { TermsChanges } from '../organization/terms-changes';
import { TermsReads } from '../organization/terms-reads';
import { OverageBody } from './overage-body';

@ApiTags('Plans')
@Controller('v1/organizations/:organization_id/overage')
export class OverageController {
  constructor(
    private readonly reads: TermsReads,
    private readonly changes: TermsChanges,
  ) {}

  @Get()
  @RequireScope('balance:read')
  @Answers('overage', 'Whether requests past the allowance are agreed to, what they have cost, and how many are left')
  overage(@Organization() organization: BoundOrganization): Promise<OverageView> {
    return this.reads.readPlan(organization, async (reading) => {
      const { queries, organizationKey, terms, plan, period, now } = reading;
      const isOn = isOverageOn(terms, now);
      const requestsUsed = await countPeriodRequests(queries, organizationKey, period);
      const overage = await readPeriodOverage(queries, organizationKey, period);
      const carried = await readCarriedOverage(queries, organizationKey, period);
      const soFar = { period, requestsUsed, requestsIncluded: plan.includedRequests, incurred: overage.amount };
      const projected = forecastOverage({ ...soFar, rate: isOn ? plan.overageRate : null }, now);
      return encodeOverageView({
        ...reading,
        isOn,
        frozenAt: frozenAt(period),
        requestsUsed,
        overage,
        projected,
        carried,
      });
    });
  }

  @Put()
  @RequireScope('overage:write')
  @Answers('overage', 'The overage as it is switched now', ['organization_closed', 'plan_required'])
  async switch(
    @Organization() organization: BoundOrganization,
    @Calling() caller: Caller,
    @Body() { enabled, effective_at: effectiveAt }: OverageBody,
  ): Promise<OverageView> {
    await this.changes.make(organization, caller, { change: { type: 'overage', enabled }, effectiveAt });
    return this.overage(organization);
  }
}
