import { type BillingPeriodsView, encodeBillingPeriodsView } from '@floopy/contracts';
import { frozenAt, instantOfMilliseconds, periodHolding } from '@floopy/domain';
import { Body, Controller, Get, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Caller } from '../access/caller';
import { RequireScope } from '../access/require-scope';
import { Answers } from '../documents/answers';
import type { BoundOrganization } from '../http/api-request';
import { Calling } from '../http/calling';
import { Organization } from '../http/organization';
import { BillingAnchorBody } from './billing-anchor-body';
import { TermsChanges } from './terms-changes';
import { TermsReads } from './terms-reads';

@ApiTags('Plans')
@Controller('v1/organizations/:organization_id')
export class BillingPeriodsController {
  constructor(
    private readonly reads: TermsReads,
    private readonly changes: TermsChanges,
  ) {}

  @Get('periods')
  @RequireScope('balance:read')
  @Answers('billing_periods', 'The last period, the running one and the next, and what they are cut by')
  periods(@Organization() organization: BoundOrganization): Promise<BillingPeriodsView> {
    return this.reads.read(organization, ({ organizationId, terms, now, watermark }) => {
      const running = periodHolding(terms.anchors, now);
      const around = [
        periodHolding(terms.anchors, instantOfMilliseconds(running.start - 1)),
        running,
        periodHolding(terms.anchors, running.end),
      ];
      const periods = around.map((period) => ({ period, frozenAt: frozenAt(period) }));
      return encodeBillingPeriodsView({ organizationId, terms, periods, watermark });
    });
  }

  @Put('billing-anchor')
  @RequireScope('operator')
  @Answers('billing_periods', 'The periods as they are cut from then on', ['organization_closed'])
  async anchor(
    @Organization() organization: BoundOrganization,
    @Calling() caller: Caller,
    @Body() { day, hour, effective_at: effectiveAt }: BillingAnchorBody,
  ): Promise<BillingPeriodsView> {
    await this.changes.make(organization, caller, { change: { type: 'billing_anchor', day, hour }, effectiveAt });
    return this.periods(organization);
  }
}
