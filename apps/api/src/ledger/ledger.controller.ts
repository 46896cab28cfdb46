import { encodeLedgerEntry, type LedgerPage } from '@floopy/contracts';
import { type Instant, instantOfMilliseconds } from '@floopy/domain';
import { findPositionAt, type Queries, readLedgerPage } from '@floopy/postgres';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../access/require-scope';
import { Answers } from '../documents/answers';
import type { BoundOrganization } from '../http/api-request';
import { intervalOf } from '../http/interval-of';
import { Organization } from '../http/organization';
import { OrganizationReads } from '../http/organization-reads';
import { decodeCursor, encodeCursor } from '../paging/cursor';
import { USUAL_PAGE } from '../paging/page-query';
import { LedgerQuery } from './ledger-query';

@ApiTags('Ledger')
@Controller('v1/organizations/:organization_id/ledger')
export class LedgerController {
  constructor(private readonly reads: OrganizationReads) {}

  @Get()
  @RequireScope('ledger:read')
  @Answers('ledger_page', 'Entries, newest first; a page of one type may be short before the last one')
  ledger(@Organization() organization: BoundOrganization, @Query() query: LedgerQuery): Promise<LedgerPage> {
    const { type, from, to, cursor, limit = USUAL_PAGE } = query;
    const filter = { organization: organization.id, type, from, to };
    const { start, end } = intervalOf(query);
    const [below] = cursor === undefined ? [] : decodeCursor(cursor, filter, 1);
    return this.reads.read(organization, async ({ queries, organizationKey, watermark }) => {
      const until = end === null ? watermark.position : await lastBefore(queries, organizationKey, end);
      const page = await readLedgerPage(
        queries,
        {
          organizationKey,
          organizationId: organization.id,
          after: await lastBefore(queries, organizationKey, start),
          before: Math.min(until + 1, below ?? Number.MAX_SAFE_INTEGER),
          limit: Number(limit),
          ...(type === undefined ? {} : { type }),
        },
        this.reads.labels,
      );
      return {
        organization_id: organization.id,
        entries: page.events.map(({ event }) => encodeLedgerEntry(event)),
        next_cursor: page.nextBefore === null ? null : encodeCursor(filter, [page.nextBefore]),
        watermark,
      };
    });
  }
}

/** The last position that was recorded before an instant. */
async function lastBefore(queries: Queries, organizationKey: number, instant: Instant): Promise<number> {
  if (instant === 0) return 0;
  return findPositionAt(queries, organizationKey, instantOfMilliseconds(instant - 1));
}
