import { encodeHoldsView, type HoldsView } from '@floopy/contracts';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../access/require-scope';
import { Answers } from '../documents/answers';
import type { BoundOrganization } from '../http/api-request';
import { Organization } from '../http/organization';
import { admissionUnavailable } from './admission-problems';
import { Admissions } from './admissions';
import { HoldsQuery, MOST_HOLDS_SHOWN } from './holds-query';

@ApiTags('Admission')
@Controller('v1/organizations/:organization_id/holds')
export class HoldsController {
  constructor(private readonly admissions: Admissions) {}

  @Get()
  @RequireScope('balance:read')
  @Answers('holds', 'What is held for requests that run, what has leaked, and what passed the credits, by cause', [
    'admission_unavailable',
  ])
  async holds(
    @Organization() { id: organizationId }: BoundOrganization,
    @Query() { limit = String(MOST_HOLDS_SHOWN) }: HoldsQuery,
  ): Promise<HoldsView> {
    const found = await this.admissions.holdsOf(organizationId, Number(limit));
    if (found === null) throw admissionUnavailable();
    const { summary, ...listed } = found;
    return encodeHoldsView({ ...summary, ...listed, organizationId, watermark: { position: summary.position } });
  }
}
