import { reverseCharge, type ReversalOutcome } from '@floopy/application';
import { encodeReversalView, type ReversalView } from '@floopy/contracts';
import type { Log } from '@floopy/runtime';
import { Body, Controller, Headers, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../access/require-scope';
import { Answers } from '../documents/answers';
import { API_LOG } from '../http/api-log';
import type { ApiReply, ApiRequest, BoundOrganization } from '../http/api-request';
import { idempotencyKeyOf, IdempotencyKeyHeader } from '../http/idempotency-key';
import { Organization } from '../http/organization';
import { ProblemError } from '../problems/problem-error';
import { CORRECTIONS, type Corrections } from './corrections';
import { ReversalBody } from './reversal-body';

@ApiTags('Corrections')
@Controller('v1/organizations/:organization_id/reversals')
export class ReversalsController {
  constructor(
    @Inject(CORRECTIONS) private readonly corrections: Corrections,
    @Inject(API_LOG) private readonly log: Log,
  ) {}

  @Post()
  @RequireScope('operator')
  @IdempotencyKeyHeader()
  @Answers(
    'reversal',
    'The charge and what gives it back; the same key and body again answer the same, with Idempotency-Replayed: true',
    ['idempotency_conflict', 'already_reversed', 'unprocessable', 'payload_too_large', 'unsupported_media_type'],
    201,
  )
  async reverse(
    @Organization() { id: organizationId }: BoundOrganization,
    @Body() { position: sequence, reason, uncount = false }: ReversalBody,
    @Headers('idempotency-key') key: string | undefined,
    @Req() { apiKeyId }: ApiRequest,
    @Res({ passthrough: true }) reply: ApiReply,
  ): Promise<ReversalView> {
    const request = { organizationId, sequence, reason, uncount, idempotencyKey: idempotencyKeyOf(key) };
    const outcome = await reverseCharge(this.corrections.reversal, request);
    if (outcome.type === 'refused') throw problemOf(outcome);
    const { charge, reversal } = outcome;
    this.log.info({ organizationId, position: reversal.sequence, apiKeyId, outcome: outcome.type }, 'charge_reversed');
    reply.header('idempotency-replayed', String(outcome.type === 'repeated'));
    return encodeReversalView(charge, reversal);
  }
}

function problemOf({ code, reversal }: Extract<ReversalOutcome, { type: 'refused' }>): ProblemError {
  switch (code) {
    case 'unknown_organization':
      return new ProblemError('not_found', 'There is no such organization.');
    case 'idempotency_conflict':
      return new ProblemError('idempotency_conflict', 'This key was used for something else.');
    case 'already_reversed':
      return new ProblemError(
        'already_reversed',
        `The charge was reversed at position ${reversal?.sequence}; an entry is reversed once.`,
      );
    case 'unknown_entry':
      return unprocessable('/position', 'is past the end of the ledger');
    case 'not_a_charge':
      return unprocessable('/position', 'is no charge of usage; post an adjustment against it instead');
    case 'nothing_to_reverse':
      return unprocessable('/position', 'costs nothing: with uncount its request is taken out of the count');
    case 'not_counted':
      return unprocessable('/uncount', 'must be false: the request was not counted by this entry');
  }
}

function unprocessable(pointer: string, detail: string): ProblemError {
  return new ProblemError('unprocessable', `Nothing was reversed: ${pointer.slice(1)} ${detail}.`, [
    { pointer, detail },
  ]);
}
