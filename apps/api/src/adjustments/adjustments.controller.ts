import { adjustBalance, type AdjustmentOutcome, type AdjustmentPorts } from '@floopy/application';
import { encodeLedgerEntry, type LedgerEntry } from '@floopy/contracts';
import { parseAmount } from '@floopy/domain';
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
import { AdjustmentBody } from './adjustment-body';

export const ADJUSTMENT_PORTS = Symbol('ADJUSTMENT_PORTS');

@ApiTags('Adjustments')
@Controller('v1/organizations/:organization_id/adjustments')
export class AdjustmentsController {
  constructor(
    @Inject(ADJUSTMENT_PORTS) private readonly ports: AdjustmentPorts,
    @Inject(API_LOG) private readonly log: Log,
  ) {}

  @Post()
  @RequireScope('operator')
  @IdempotencyKeyHeader()
  @Answers(
    'ledger_entry',
    'The entry; the same key and body again answer the same entry, with Idempotency-Replayed: true',
    ['idempotency_conflict', 'unprocessable', 'payload_too_large', 'unsupported_media_type'],
    201,
  )
  async adjust(
    @Organization() { id: organizationId }: BoundOrganization,
    @Body() body: AdjustmentBody,
    @Headers('idempotency-key') key: string | undefined,
    @Req() request: ApiRequest,
    @Res({ passthrough: true }) reply: ApiReply,
  ): Promise<LedgerEntry> {
    const idempotencyKey = idempotencyKeyOf(key);
    const amount = parseAmount(body.amount);
    if (amount === null) throw new Error('an amount that validation has passed can be read');
    const outcome = await adjustBalance(this.ports, { organizationId, amount, reason: body.reason, idempotencyKey });
    if (outcome.type === 'refused') throw refusalOf(outcome);
    const { event } = outcome;
    const { apiKeyId } = request;
    this.log.info({ organizationId, position: event.sequence, apiKeyId, outcome: outcome.type }, 'balance_adjusted');
    reply.header('idempotency-replayed', String(outcome.type === 'repeated'));
    return encodeLedgerEntry(event);
  }
}

function refusalOf({ code }: Extract<AdjustmentOutcome, { type: 'refused' }>): ProblemError {
  switch (code) {
    case 'unknown_organization':
      return new ProblemError('not_found', 'There is no such organization.');
    case 'idempotency_conflict':
      return new ProblemError(
        'idempotency_conflict',
        'This key was used for another amount or reason, or for something else.',
      );
    case 'balance_out_of_range':
      return new ProblemError('unprocessable', 'The balance would be larger than a ledger can hold.', [
        { pointer: '/amount', detail: 'takes the balance out of range' },
      ]);
  }
}
