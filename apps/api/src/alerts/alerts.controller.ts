import { type AlertsView, encodeAlertView } from '@floopy/contracts';
import { instantOfMilliseconds } from '@floopy/domain';
import { type AlertPlace, readAlertsPage } from '@floopy/postgres';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../access/require-scope';
import { Answers } from '../documents/answers';
import type { BoundOrganization } from '../http/api-request';
import { Organization } from '../http/organization';
import { OrganizationReads } from '../http/organization-reads';
import { decodeCursor, encodeCursor } from '../paging/cursor';
import { PageQuery, USUAL_PAGE } from '../paging/page-query';

@ApiTags('Alerts')
@Controller('v1/organizations/:organization_id/alerts')
export class AlertsController {
  constructor(private readonly reads: OrganizationReads) {}

  @Get()
  @RequireScope('balance:read')
  @Answers('alerts', 'What the organization was told, latest first, and how that went at each receiver')
  alerts(
    @Organization() organization: BoundOrganization,
    @Query() { cursor, limit = String(USUAL_PAGE) }: PageQuery,
  ): Promise<AlertsView> {
    const filter = { organization: organization.id };
    const below = cursor === undefined ? null : placeIn(decodeCursor(cursor, filter, 2));
    return this.reads.read(organization, async ({ queries, organizationKey, watermark }) => {
      const { alerts, next } = await readAlertsPage(queries, organizationKey, { below, limit: Number(limit) });
      return {
        organization_id: organization.id,
        alerts: alerts.map(encodeAlertView),
        next_cursor: next === null ? null : encodeCursor(filter, [next.firedAt, next.passed]),
        watermark,
      };
    });
  }
}

function placeIn([firedAt = 0, passed = 0]: readonly number[]): AlertPlace {
  return { firedAt: instantOfMilliseconds(firedAt), passed };
}
