import { changeAlertSettings } from '@floopy/application';
import {
  type AlertSettingsView,
  decodeAlertSettings,
  encodeAlertSettings,
  encodeAlertSettingsFaults,
} from '@floopy/contracts';
import { findAlertSettings } from '@floopy/postgres';
import type { Log } from '@floopy/runtime';
import { Body, Controller, Get, Inject, Put } from '@nestjs/common';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import type { Caller } from '../access/caller';
import { RequireScope } from '../access/require-scope';
import { Answers, referenceTo } from '../documents/answers';
import { API_LOG } from '../http/api-log';
import type { BoundOrganization } from '../http/api-request';
import { Calling } from '../http/calling';
import { Organization } from '../http/organization';
import { OrganizationReads } from '../http/organization-reads';
import { invalidRequest } from '../problems/problem-error';
import { ALERT_CHOICES, type AlertChoices } from './alert-choices';

@ApiTags('Alerts')
@Controller('v1/organizations/:organization_id/alert-settings')
export class AlertSettingsController {
  constructor(
    private readonly reads: OrganizationReads,
    @Inject(ALERT_CHOICES) private readonly choices: AlertChoices,
    @Inject(API_LOG) private readonly log: Log,
  ) {}

  @Get()
  @RequireScope('balance:read')
  @Answers('alert_settings', 'What the organization wants to be told of; the defaults until it says otherwise')
  settings(@Organization() organization: BoundOrganization): Promise<AlertSettingsView> {
    return this.reads.readBare(organization, async (queries) =>
      encodeAlertSettings(organization.id, await findAlertSettings(queries, organization.key)),
    );
  }

  @Put()
  @RequireScope('alerts:write')
  @ApiBody({ schema: referenceTo('alert_settings_body') })
  @Answers('alert_settings', 'What the organization wants to be told of, judged by at once', [
    'payload_too_large',
    'unsupported_media_type',
  ])
  async change(
    @Organization() { id: organizationId }: BoundOrganization,
    @Calling() { name: changedBy }: Caller,
    @Body() body: unknown,
  ): Promise<AlertSettingsView> {
    const decoded = decodeAlertSettings(body);
    if (decoded.type === 'rejected') throw invalidRequest(decoded.faults);
    const { settings } = decoded;
    const faults = await changeAlertSettings(this.choices, { organizationId, settings, changedBy });
    if (faults.length > 0) throw invalidRequest(encodeAlertSettingsFaults(faults));
    this.log.info({ organizationId, changedBy }, 'alert_settings_changed');
    return encodeAlertSettings(organizationId, settings);
  }
}
