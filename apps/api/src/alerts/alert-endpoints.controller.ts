import {
  addAlertEndpoint,
  type AlertEndpointOutcome,
  MOST_ALERT_ENDPOINTS,
  sendTestAlert,
  type TestOutcome,
} from '@floopy/application';
import {
  type AlertEndpointsView,
  type AlertEndpointView,
  type AlertView,
  encodeAddedEndpoint,
  encodeAlertEndpoints,
  encodeAlertView,
} from '@floopy/contracts';
import { readAlertEndpoints } from '@floopy/postgres';
import type { Log } from '@floopy/runtime';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import type { Caller } from '../access/caller';
import { RequireScope } from '../access/require-scope';
import { Answers } from '../documents/answers';
import { API_LOG } from '../http/api-log';
import type { BoundOrganization } from '../http/api-request';
import { Calling } from '../http/calling';
import { Organization } from '../http/organization';
import { OrganizationReads } from '../http/organization-reads';
import { invalidRequest, ProblemError } from '../problems/problem-error';
import { ALERT_CHOICES, type AlertChoices } from './alert-choices';
import { AlertEndpointBody } from './alert-endpoint-body';

const ENDPOINT = { name: 'endpoint_id', description: 'As it was named when it was added', example: 'end_4kXp2QmZb1Ls' };

@ApiTags('Alerts')
@Controller('v1/organizations/:organization_id/alert-endpoints')
export class AlertEndpointsController {
  constructor(
    private readonly reads: OrganizationReads,
    @Inject(ALERT_CHOICES) private readonly choices: AlertChoices,
    @Inject(API_LOG) private readonly log: Log,
  ) {}

  @Get()
  @RequireScope('balance:read')
  @Answers('alert_endpoints', 'Who is told of alerts, and whether they are reached')
  endpoints(@Organization() organization: BoundOrganization): Promise<AlertEndpointsView> {
    return this.reads.readBare(organization, async (queries) =>
      encodeAlertEndpoints(organization.id, await readAlertEndpoints(queries, organization.key)),
    );
  }

  @Post()
  @RequireScope('alerts:write')
  @Answers(
    'alert_endpoint',
    'Told of what fires from now on; the secret that signs its calls is shown here and never again',
    ['unprocessable', 'payload_too_large', 'unsupported_media_type'],
    201,
  )
  async add(
    @Organization() { id: organizationId }: BoundOrganization,
    @Calling() { name: createdBy }: Caller,
    @Body() { kind: type, address }: AlertEndpointBody,
  ): Promise<AlertEndpointView> {
    const outcome = await addAlertEndpoint(this.choices, { organizationId, type, address, createdBy });
    if (outcome.type === 'refused') throw refusalOf(outcome);
    const { receiver, ...endpoint } = outcome.endpoint;
    this.log.info({ organizationId, endpointId: endpoint.endpointId, kind: type, createdBy }, 'alert_endpoint_added');
    const secret = receiver.type === 'webhook' ? receiver.secret : null;
    return encodeAddedEndpoint(organizationId, {
      ...endpoint,
      type,
      address,
      failingSince: null,
      disabled: null,
      secret,
    });
  }

  @Delete(':endpoint_id')
  @RequireScope('alerts:write')
  @ApiParam(ENDPOINT)
  @Answers('alert_endpoints', 'Who is told of alerts now')
  async remove(
    @Organization() organization: BoundOrganization,
    @Calling() { name: removedBy }: Caller,
    @Param('endpoint_id') endpointId: string,
  ): Promise<AlertEndpointsView> {
    const { id: organizationId } = organization;
    const wasThere = await this.choices.store.deleteEndpoint(organizationId, endpointId);
    if (wasThere) this.log.info({ organizationId, endpointId, removedBy }, 'alert_endpoint_removed');
    return this.endpoints(organization);
  }

  @Post(':endpoint_id/test')
  @HttpCode(202)
  @RequireScope('alerts:write')
  @ApiParam(ENDPOINT)
  @Answers('alert', 'An alert of kind test that is on its way to this receiver alone', ['unprocessable'], 202)
  async test(
    @Organization() { id: organizationId }: BoundOrganization,
    @Param('endpoint_id') endpointId: string,
  ): Promise<AlertView> {
    const outcome = await sendTestAlert(this.choices, { organizationId, endpointId });
    if (outcome.type === 'refused') throw testRefusalOf(outcome);
    const delivery = { endpointId, state: 'pending', attempts: 0, endedAt: null, lastError: null } as const;
    return encodeAlertView({ alert: outcome.alert, deliveries: [delivery] });
  }
}

function refusalOf(refusal: Extract<AlertEndpointOutcome, { type: 'refused' }>): ProblemError {
  switch (refusal.code) {
    case 'invalid_address':
      return invalidRequest([{ pointer: '/address', detail: refusal.detail }]);
    case 'no_mail_server':
      return new ProblemError(
        'unprocessable',
        'No mail server is configured here, so that nothing could be sent to an e-mail address; add a webhook.',
        [{ pointer: '/kind', detail: 'must be webhook where there is no mail server' }],
      );
    case 'too_many_endpoints':
      return new ProblemError('unprocessable', `An organization has at most ${MOST_ALERT_ENDPOINTS} receivers.`);
  }
}

function testRefusalOf({ code }: Extract<TestOutcome, { type: 'refused' }>): ProblemError {
  switch (code) {
    case 'unknown_endpoint':
      return new ProblemError('not_found', 'The organization has no such receiver of alerts.');
    case 'endpoint_disabled':
      return new ProblemError(
        'unprocessable',
        'This receiver has failed for so long that it is called no more; remove it and add it again.',
      );
  }
}
