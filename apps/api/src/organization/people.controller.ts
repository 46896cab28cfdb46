import { encodeMembersView, encodeTeamsView, type MembersView, type TeamsView } from '@floopy/contracts';
import { Body, Controller, Delete, Get, Param, Put } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import type { Caller } from '../access/caller';
import { RequireScope } from '../access/require-scope';
import { Answers } from '../documents/answers';
import type { BoundOrganization } from '../http/api-request';
import { Calling } from '../http/calling';
import { Organization } from '../http/organization';
import { MemberBody, TeamBody } from './people-body';
import { TermsChanges } from './terms-changes';
import { TermsReads } from './terms-reads';

const MEMBER = { name: 'member_id', description: '1 to 128 visible ASCII characters', example: 'usr_ada' };
const TEAM = { name: 'team_id', description: 'As usage events name it', example: 'team_search' };

@ApiTags('Organizations')
@Controller('v1/organizations/:organization_id')
export class PeopleController {
  constructor(
    private readonly reads: TermsReads,
    private readonly changes: TermsChanges,
  ) {}

  @Get('members')
  @RequireScope('balance:read')
  @Answers('members', 'Who may act for the organization')
  members(@Organization() organization: BoundOrganization): Promise<MembersView> {
    return this.reads.read(organization, encodeMembersView);
  }

  @Put('members/:member_id')
  @RequireScope('members:write')
  @ApiParam(MEMBER)
  @Answers('members', 'Who may act for the organization now', ['organization_closed', 'unprocessable'])
  async letAct(
    @Organization() organization: BoundOrganization,
    @Calling() caller: Caller,
    @Param('member_id') memberId: string,
    @Body() { role }: MemberBody,
  ): Promise<MembersView> {
    await this.changes.make(organization, caller, { change: { type: 'member', memberId, role } });
    return this.members(organization);
  }

  @Delete('members/:member_id')
  @RequireScope('members:write')
  @ApiParam(MEMBER)
  @Answers('members', 'Who may act for the organization now', ['organization_closed', 'unprocessable'])
  async takeOut(
    @Organization() organization: BoundOrganization,
    @Calling() caller: Caller,
    @Param('member_id') memberId: string,
  ): Promise<MembersView> {
    await this.changes.make(organization, caller, { change: { type: 'member', memberId, role: null } });
    return this.members(organization);
  }

  @Get('teams')
  @RequireScope('balance:read')
  @Answers('teams', 'The teams that have a name')
  teams(@Organization() organization: BoundOrganization): Promise<TeamsView> {
    return this.reads.read(organization, encodeTeamsView);
  }

  @Put('teams/:team_id')
  @RequireScope('members:write')
  @ApiParam(TEAM)
  @Answers('teams', 'The teams that have a name now', ['organization_closed'])
  async name(
    @Organization() organization: BoundOrganization,
    @Calling() caller: Caller,
    @Param('team_id') teamId: string,
    @Body() { name }: TeamBody,
  ): Promise<TeamsView> {
    await this.changes.make(organization, caller, { change: { type: 'team', teamId, name } });
    return this.teams(organization);
  }
}
