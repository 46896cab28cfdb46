import { encodePlanView, type PlanView } from '@floopy/contracts';
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
import { PlanBody } from './plan-body';

@ApiTags('Plans')
@Controller('v1/organizations/:organization_id/plan')
export class PlanController {
  constructor(
    private readonly reads: TermsReads,
    private readonly changes: TermsChanges,
  ) {}

  @Get()
  @RequireScope('balance:read')
  @Answers('plan', 'The plan by which the running period is judged, the next one, and every one that was chosen')
  plan(@Organization() organization: BoundOrganization): Promise<PlanView> {
    return this.reads.readPlan(organization, encodePlanView);
  }

  @Put()
  @RequireScope('plan:write')
  @Answers('plan', 'The plans as they follow from now on', ['organization_closed', 'unprocessable'])
  async choose(
    @Organization() organization: BoundOrganization,
    @Calling() caller: Caller,
    @Body() { plan: planId, effective_at: effectiveAt }: PlanBody,
  ): Promise<PlanView> {
    await this.changes.make(organization, caller, { change: { type: 'plan', planId }, effectiveAt });
    return this.plan(organization);
  }
}
