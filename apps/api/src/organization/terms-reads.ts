import { type PlanStanding, planStanding } from '@floopy/application';
import type { TermsReading } from '@floopy/contracts';
import type { Instant } from '@floopy/domain';
import { readPlans, readTerms } from '@floopy/postgres';
import { systemClock } from '@floopy/runtime';
import { Injectable } from '@nestjs/common';
import type { BoundOrganization } from '../http/api-request';
import { OrganizationReads, type Reading } from '../http/organization-reads';

/** What a view of terms is shown from, in one snapshot. */
export type ReadTerms = TermsReading & Pick<Reading, 'queries' | 'organizationKey'> & { readonly now: Instant };

/** Reads an organization's terms for the controllers. */
@Injectable()
export class TermsReads {
  constructor(private readonly reads: OrganizationReads) {}

  read<View>(organization: BoundOrganization, show: (reading: ReadTerms) => View | Promise<View>): Promise<View> {
    return this.reads.read(organization, async (reading) => {
      const terms = await readTerms(reading.queries, reading.organizationKey);
      return show({ ...reading, organizationId: organization.id, terms, now: systemClock() });
    });
  }

  /** Together with the plan that it is on now. */
  readPlan<View>(
    organization: BoundOrganization,
    show: (reading: ReadTerms & PlanStanding) => View | Promise<View>,
  ): Promise<View> {
    return this.read(organization, async (reading) => {
      const plans = await readPlans(reading.queries);
      return show({ ...reading, ...planStanding(reading.terms, plans, reading.now) });
    });
  }
}
