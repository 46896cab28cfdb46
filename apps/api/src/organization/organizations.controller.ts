import { type ChangeTermsPorts, registerOrganization } from '@floopy/application';
import { encodeOrganizationView, type OrganizationView } from '@floopy/contracts';
import { organizationIdOf, statusAt } from '@floopy/domain';
import { readOrganization } from '@floopy/postgres';
import type { Log } from '@floopy/runtime';
import { Body, Controller, Get, Inject, Post, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FindOrganizationKey } from '../access/access.guard';
import type { Caller } from '../access/caller';
import { RequireScope } from '../access/require-scope';
import { Answers, AnswersOperators } from '../documents/answers';
import { API_LOG } from '../http/api-log';
import type { BoundOrganization } from '../http/api-request';
import { Calling } from '../http/calling';
import { Organization } from '../http/organization';
import { ProblemError } from '../problems/problem-error';
import { OrganizationBody, StatusBody } from './organization-body';
import { problemOfRefusal, TERMS_PORTS, TermsChanges } from './terms-changes';
import { TermsReads } from './terms-reads';

export const FIND_ORGANIZATION_KEY = Symbol('FIND_ORGANIZATION_KEY');

@ApiTags('Organizations')
@Controller('v1/organizations')
export class OrganizationsController {
  constructor(
    private readonly reads: TermsReads,
    private readonly changes: TermsChanges,
    @Inject(TERMS_PORTS) private readonly ports: ChangeTermsPorts,
    @Inject(FIND_ORGANIZATION_KEY) private readonly findKey: FindOrganizationKey,
    @Inject(API_LOG) private readonly log: Log,
  ) {}

  @Post()
  @RequireScope('operator')
  @AnswersOperators('organization', 'The organization, with an empty ledger', ['already_exists', 'unprocessable'], 201)
  async register(@Calling() caller: Caller, @Body() body: OrganizationBody): Promise<OrganizationView> {
    const organizationId = organizationIdOf(body.id);
    const outcome = await registerOrganization(this.ports, {
      organization: { id: organizationId, name: body.name, markupBasisPoints: body.markup_basis_points ?? null },
      planId: body.plan ?? null,
      registeredBy: caller.name,
    });
    if (outcome.type === 'refused') {
      const { code } = outcome;
      if (code !== 'organization_exists') throw problemOfRefusal({ type: 'refused', code });
      throw new ProblemError('already_exists', 'An organization with this id exists already; nothing was changed.');
    }
    this.log.info({ organizationId, registeredBy: caller.name }, 'organization_registered');
    const key = await this.findKey(organizationId);
    if (key === null) throw new Error('an organization that was registered can be found');
    return this.show({ id: organizationId, key });
  }

  @Get(':organization_id')
  @RequireScope('balance:read')
  @Answers('organization', 'The organization, with its status, its plan and what it has')
  organization(@Organization() organization: BoundOrganization): Promise<OrganizationView> {
    return this.show(organization);
  }

  @Put(':organization_id/status')
  @RequireScope('operator')
  @Answers('organization', 'The organization, with what it still has', ['organization_closed'])
  async changeStatus(
    @Organization() organization: BoundOrganization,
    @Calling() caller: Caller,
    @Body() { status, reason }: StatusBody,
  ): Promise<OrganizationView> {
    await this.changes.make(organization, caller, { change: { type: 'status', status, reason } });
    return this.show(organization);
  }

  private show(organization: BoundOrganization): Promise<OrganizationView> {
    return this.reads.readPlan(organization, async (reading) => {
      const stored = await readOrganization(reading.queries, reading.organizationKey);
      return encodeOrganizationView({ ...stored, ...reading, status: statusAt(reading.terms, reading.now) });
    });
  }
}
