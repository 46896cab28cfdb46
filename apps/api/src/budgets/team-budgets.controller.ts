import { budgetLines } from '@floopy/application';
import {
  encodeTeamBudgetsView,
  encodeTeamBudgetView,
  type TeamBudgetsReading,
  type TeamBudgetsView,
  type TeamBudgetView,
} from '@floopy/contracts';
import { type Amount, parseAmount, periodHolding } from '@floopy/domain';
import { readTeamSpend } from '@floopy/postgres';
import { Body, Controller, Delete, Get, Param, Put } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import type { Caller } from '../access/caller';
import { RequireScope } from '../access/require-scope';
import { Answers } from '../documents/answers';
import type { BoundOrganization } from '../http/api-request';
import { Calling } from '../http/calling';
import { Organization } from '../http/organization';
import { TermsChanges } from '../organization/terms-changes';
import { type ReadTerms, TermsReads } from '../organization/terms-reads';
import { TeamBudgetBody } from './team-budget-body';

const TEAM = { name: 'team_id', description: 'As usage events name it', example: 'team_search' };

/** Admission comes later: until then nothing is held. */
const UNTIL_ADMISSION: ReadonlyMap<string, Amount> = new Map();

@ApiTags('Budgets')
@Controller('v1/organizations/:organization_id/team-budgets')
export class TeamBudgetsController {
  constructor(
    private readonly reads: TermsReads,
    private readonly changes: TermsChanges,
  ) {}

  @Get()
  @RequireScope('balance:read')
  @Answers('team_budgets', 'What each team may spend and has spent in the running period, and what is of no team')
  budgets(@Organization() organization: BoundOrganization): Promise<TeamBudgetsView> {
    return this.reads.read(organization, async (reading) => encodeTeamBudgetsView(await readLines(reading)));
  }

  @Put(':team_id')
  @RequireScope('budgets:write')
  @ApiParam(TEAM)
  @Answers('team_budget', 'The budget of the team, in force from the next decision on', [
    'organization_closed',
    'plan_required',
  ])
  limit(
    @Organization() organization: BoundOrganization,
    @Calling() caller: Caller,
    @Param('team_id') teamId: string,
    @Body() { limit }: TeamBudgetBody,
  ): Promise<TeamBudgetView> {
    return this.change(organization, caller, teamId, parseAmount(limit));
  }

  @Delete(':team_id')
  @RequireScope('budgets:write')
  @ApiParam(TEAM)
  @Answers('team_budget', 'The team, without a limit from the next decision on', ['organization_closed'])
  endLimit(
    @Organization() organization: BoundOrganization,
    @Calling() caller: Caller,
    @Param('team_id') teamId: string,
  ): Promise<TeamBudgetView> {
    return this.change(organization, caller, teamId, null);
  }

  private async change(
    organization: BoundOrganization,
    caller: Caller,
    teamId: string,
    limit: Amount | null,
  ): Promise<TeamBudgetView> {
    await this.changes.make(organization, caller, { change: { type: 'team_budget', teamId, limit } });
    return this.reads.read(organization, async (reading) => encodeTeamBudgetView(await readLines(reading), teamId));
  }
}

async function readLines(reading: ReadTerms): Promise<TeamBudgetsReading> {
  const { queries, organizationKey, terms, now } = reading;
  const period = periodHolding(terms.anchors, now);
  const uses = await readTeamSpend(queries, organizationKey, period);
  return { ...reading, period, lines: budgetLines(terms, uses, UNTIL_ADMISSION) };
}
