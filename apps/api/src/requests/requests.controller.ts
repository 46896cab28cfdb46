import { encodeLoggedRequest, type RequestLog, type RequestReceipts } from '@floopy/contracts';
import { instantOfMilliseconds, isCharge, type LedgerEvent } from '@floopy/domain';
import { type LogPlace, readCorrections, readRequest, readRequestLog, type StoredLedgerEvent } from '@floopy/postgres';
import type { Log } from '@floopy/runtime';
import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../access/require-scope';
import { Answers } from '../documents/answers';
import type { BoundOrganization } from '../http/api-request';
import { intervalOf } from '../http/interval-of';
import { API_LOG } from '../http/api-log';
import { Organization } from '../http/organization';
import { OrganizationReads } from '../http/organization-reads';
import { decodeCursor, encodeCursor } from '../paging/cursor';
import { USUAL_PAGE } from '../paging/page-query';
import { ProblemError } from '../problems/problem-error';
import { explainCharges } from './receipts';
import { RequestsQuery } from './requests-query';

@ApiTags('Requests')
@Controller('v1/organizations/:organization_id/requests')
export class RequestsController {
  constructor(
    private readonly reads: OrganizationReads,
    @Inject(API_LOG) private readonly log: Log,
  ) {}

  @Get()
  @RequireScope('requests:read')
  @Answers(
    'request_log',
    'Every attempt of every request with its exact cost, latest first; a filtered page may be short',
  )
  requests(@Organization() organization: BoundOrganization, @Query() query: RequestsQuery): Promise<RequestLog> {
    const {
      limit = USUAL_PAGE,
      cursor,
      from,
      to,
      model,
      provider,
      team_id: teamId,
      prompt_id: promptId,
      origin,
    } = query;
    const filter = withoutAbsent({ model, provider, teamId, promptId, origin });
    const pinned = { organization: organization.id, from, to, ...filter };
    const occurred = intervalOf(query);
    const place = cursor === undefined ? null : decodeCursor(cursor, pinned, 3);
    return this.reads.read(organization, async ({ queries, organizationKey, watermark }) => {
      // All pages show the log as it was when the first one was read.
      const until = place?.[0] ?? watermark.position;
      const { charges, next } = await readRequestLog(
        queries,
        {
          organizationKey,
          organizationId: organization.id,
          limit: Number(limit),
          occurred,
          until,
          below: placeIn(place),
          filter,
        },
        this.reads.labels,
      );
      const key = { organizationKey, organizationId: organization.id };
      const sequences = charges.map(({ event }) => event.sequence);
      const corrections = await readCorrections(queries, key, sequences, this.reads.labels);
      return {
        organization_id: organization.id,
        requests: charges.flatMap((charge) => loggedRequest(charge, corrections, until)),
        next_cursor: next === null ? null : encodeCursor(pinned, [until, next.occurredAt, next.sequence]),
        watermark,
      };
    });
  }

  @Get(':request_id')
  @RequireScope('requests:read')
  @ApiParam({ name: 'request_id', description: 'As the producer stated it.' })
  @Answers('request_receipts', 'The receipt of every charge of one request, computed again from what is stored')
  request(
    @Organization() organization: BoundOrganization,
    @Param('request_id') requestId: string,
  ): Promise<RequestReceipts> {
    return this.reads.read(organization, async ({ queries, organizationKey, watermark }) => {
      const key = { organizationKey, organizationId: organization.id };
      const stored = await readRequest(queries, key, requestId, this.reads.labels);
      if (stored.length === 0) throw new ProblemError('not_found', 'The organization has no such request.');
      const events = stored.map(({ event }) => event);
      const { charges, total } = await explainCharges(queries, events, this.reads.cards, this.log);
      return { organization_id: organization.id, request_id: requestId, charges, total, watermark };
    });
  }
}

function loggedRequest(
  { event }: StoredLedgerEvent,
  corrections: ReadonlyMap<number, readonly LedgerEvent[]>,
  until: number,
): RequestLog['requests'] {
  if (!isCharge(event)) return [];
  const posted = (corrections.get(event.sequence) ?? []).filter(({ sequence }) => sequence <= until);
  return [encodeLoggedRequest({ charge: event, corrections: posted })];
}

function placeIn(place: readonly number[] | null): LogPlace | null {
  if (place === null) return null;
  const [, occurredAt = 0, sequence = 0] = place;
  return { occurredAt: instantOfMilliseconds(occurredAt), sequence };
}

type Present<Fields> = { [Field in keyof Fields]?: NonNullable<Fields[Field]> };

function withoutAbsent<Fields extends object>(fields: Fields): Present<Fields> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<Fields>;
}
