import {
  type AdmissionReleaseView,
  type AdmissionView,
  decodeAdmissionBody,
  encodeAdmission,
  encodeAdmissionRelease,
} from '@floopy/contracts';
import { isIdentifier, type OrganizationId, organizationIdOf } from '@floopy/domain';
import { Body, Controller, Delete, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBody, ApiParam, ApiTags } from '@nestjs/swagger';
import type { Caller } from '../access/caller';
import { RequireScope } from '../access/require-scope';
import { AnswersOperators, referenceTo } from '../documents/answers';
import { Calling } from '../http/calling';
import { invalidRequest } from '../problems/problem-error';
import { admissionUnavailable, alreadySettled, problemOfAdmission, unknownOrganization } from './admission-problems';
import { Admissions } from './admissions';
import { ReleaseQuery } from './release-query';

@ApiTags('Admission')
@Controller('v1/admissions')
export class AdmissionsController {
  constructor(private readonly admissions: Admissions) {}

  /** The contract reads the body, for us as for the client that writes it, in a tenth of what a class costs. */
  @Post()
  @HttpCode(200)
  @RequireScope('admission:write')
  @ApiBody({ schema: referenceTo('admission_body') })
  @AnswersOperators('admission', 'The request may run: what it may cost is held. Asked again, the same hold', [
    'insufficient_credits',
    'organization_suspended',
    'organization_closed',
    'plan_required',
    'organization_not_found',
    'already_settled',
    'payload_too_large',
    'unsupported_media_type',
    'unpriced_model',
    'monthly_limit_reached',
    'team_budget_reached',
    'admission_recovering',
    'admission_unavailable',
  ])
  async admit(@Calling() caller: Caller, @Body() body: unknown): Promise<AdmissionView> {
    const decoded = decodeAdmissionBody(body);
    if (decoded.type === 'rejected') throw invalidRequest(decoded.faults);
    requireOwn(caller, decoded.request.organizationId);
    const outcome = await this.admissions.admit(decoded.request);
    if (outcome.type !== 'admitted' && outcome.type !== 'repeated') throw problemOfAdmission(outcome);
    const { failurePolicy, position } = outcome;
    return encodeAdmission(outcome, failurePolicy, { position });
  }

  @Delete(':request_id')
  @RequireScope('admission:write')
  @ApiParam({ name: 'request_id', description: 'As it was asked with', example: 'req_7Qd' })
  @AnswersOperators('admission_release', 'What was held is given back; again, that nothing is open', [
    'organization_not_found',
    'already_settled',
    'admission_unavailable',
  ])
  async release(
    @Calling() caller: Caller,
    @Param('request_id') requestId: string,
    @Query() { organization_id: organization, attempt_id: attemptId }: ReleaseQuery,
  ): Promise<AdmissionReleaseView> {
    if (!isIdentifier(requestId)) {
      throw invalidRequest([{ pointer: '/request_id', detail: 'must be 1 to 128 visible ASCII characters' }]);
    }
    const organizationId = organizationIdOf(organization);
    requireOwn(caller, organizationId);
    const key = { requestId, attemptId: attemptId ?? null };
    const answer = await this.admissions.release(organizationId, key);
    switch (answer) {
      case 'released':
      case 'not_open':
        return encodeAdmissionRelease(organizationId, key, answer);
      case 'settled':
        throw alreadySettled();
      case 'unavailable':
        throw admissionUnavailable();
      case 'unknown_organization':
        throw unknownOrganization();
    }
  }
}

/** A key of one organization meets every other as one that does not exist. */
function requireOwn({ organizationId }: Caller, asked: OrganizationId): void {
  if (organizationId !== null && organizationId !== asked) throw unknownOrganization();
}
