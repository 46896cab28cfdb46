import { budgetLines } from '@floopy/application';
import {
  encodeTeamBudgetsView,
  encodeTeamBudgetView,
  type TeamBudgetsReading,
  type TeamBudgetsView,
  type TeamBudgetView,
} from '@floopy/contracts';
import { type Amount, parseAmount, periodHolding } from '@floopy/domain';
import { readHoldTraces, readTeamSpend } from '@floopy/postgres';
import { Body, Controller, Delete, Get, Param, Put } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import type { Caller } from '../access/caller';
import { RequireScope } from '../access/require-scope';
import { Admissions } from '../admission/admissions';
import { Answers } from '../documents/answers';
import type { BoundOrganization } from '../http/api-request';
import { Calling } from '../http/calling';
import { Organization } from '../http/organization';
import { TermsChanges } from '../organization/terms-changes';
import { type ReadTerms, TermsReads } from '../organization/terms-reads';
import { TeamBudgetBody } from './team-budget-body';

const TEAM = { name: 'team_id', description: 'As usage events name it', example: 'team_search' };

@ApiTags('Budgets')
@Controller('v1/organizations/:organization_id/team-budgets')
export class TeamBudgetsController {
  constructor(
    private readonly reads: TermsReads,
    private readonly admissions: Admissions,
    private readonly changes: TermsChanges,
  ) {}

  @Get()
  @RequireScope('balance:read')
  @Answers('team_budgets', 'What each team may spend and has spent in the running period, and what is of no team')
  async budgets(@Organization() organization: BoundOrganization): Promise<TeamBudgetsView> {
    return encodeTeamBudgetsView(await this.readLines(organization));
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
    return encodeTeamBudgetView(await this.readLines(organization), teamId);
  }

  /** With what is held at the very position of what is spent; unknown where nobody can say so. */
  private async readLines(organization: BoundOrganization): Promise<TeamBudgetsReading> {
    const { reading, held } = await this.admissions.beside(organization.id, () =>
      this.reads.read(organization, readSpent),
    );
    const { uses, ...view } = reading;
    return { ...view, lines: budgetLines(view.terms, uses, held === null ? null : held.byTeam) };
  }
}

async function readSpent({ queries, organizationKey, organizationId, terms, watermark, now }: ReadTerms) {
  const period = periodHolding(terms.anchors, now);
  const uses = await readTeamSpend(queries, organizationKey, period);
  const journal = await readHoldTraces(queries, organizationKey, now);
  return { organizationId, terms, watermark, position: watermark.position, period, uses, journal };
}
