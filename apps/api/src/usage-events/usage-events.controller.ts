import type { UsageEventFate } from '@floopy/contracts';
import { formatInstant, identityDigest } from '@floopy/domain';
import { findParkedUsage, findPositionOfUsage } from '@floopy/postgres';
import { sha256 } from '@floopy/runtime';
import { Controller, Get, Param } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../access/require-scope';
import { Answers } from '../documents/answers';
import type { BoundOrganization } from '../http/api-request';
import { Organization } from '../http/organization';
import { OrganizationReads } from '../http/organization-reads';

@ApiTags('Usage events')
@Controller('v1/organizations/:organization_id/usage-events')
export class UsageEventsController {
  constructor(private readonly reads: OrganizationReads) {}

  @Get(':source/:event_id')
  @RequireScope('usage:read')
  @ApiParam({ name: 'source', description: 'ce_source of the event, URL-encoded: %2Ffloopy%2Fgateway%2Feu-1' })
  @ApiParam({ name: 'event_id', description: 'ce_id of the event, URL-encoded' })
  @Answers(
    'usage_event_fate',
    'What became of a usage event: applied, parked or discarded with the reason, or not seen',
  )
  fate(
    @Organization() organization: BoundOrganization,
    @Param('source') source: string,
    @Param('event_id') eventId: string,
  ): Promise<UsageEventFate> {
    const identity = identityDigest({ organizationId: organization.id, source, id: eventId }, sha256);
    const event = { organization_id: organization.id, source, event_id: eventId };
    return this.reads.readBare(organization, async (queries) => {
      const position = await findPositionOfUsage(queries, organization.key, identity);
      if (position !== null) return { ...event, status: 'applied', position };
      const parked = await findParkedUsage(queries, organization.id, source, eventId);
      if (parked === null) return { ...event, status: 'unknown' };
      const { reason, faults, parkedAt, discardedAt } = parked;
      const why = { reason, faults: [...faults], parked_at: formatInstant(parkedAt) };
      return discardedAt === null
        ? { ...event, status: 'parked', ...why }
        : { ...event, status: 'discarded', ...why, discarded_at: formatInstant(discardedAt) };
    });
  }
}
