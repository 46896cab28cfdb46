import type { RepricePlan, RepricePlanning, RepriceRequest } from '@floopy/application';
import { encodeRepricesView, encodeRepriceView, type RepricesView, type RepriceView } from '@floopy/contracts';
import { organizationIdOf } from '@floopy/domain';
import type { Log } from '@floopy/runtime';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../access/require-scope';
import { AnswersOperators } from '../documents/answers';
import { API_LOG } from '../http/api-log';
import type { ApiRequest } from '../http/api-request';
import { timeOf } from '../http/interval-of';
import { decodeCursor, encodeCursor } from '../paging/cursor';
import { PageQuery, USUAL_PAGE } from '../paging/page-query';
import { invalidRequest, ProblemError } from '../problems/problem-error';
import { CORRECTIONS, type Corrections } from './corrections';
import { RepriceBody } from './reprice-body';

const REPRICE = { name: 'reprice_id', description: 'As the list shows it', example: '3' };

@ApiTags('Corrections')
@Controller('v1/reprices')
export class RepricesController {
  constructor(
    @Inject(CORRECTIONS) private readonly corrections: Corrections,
    @Inject(API_LOG) private readonly log: Log,
  ) {}

  @Get()
  @RequireScope('operator')
  @AnswersOperators('reprices', 'What was planned to be priced again, and how far it was applied, the last first')
  async list(@Query() { cursor, limit = String(USUAL_PAGE) }: PageQuery): Promise<RepricesView> {
    const [below = null] = cursor === undefined ? [] : decodeCursor(cursor, {}, 1);
    const listed = await this.corrections.listPlans({ below, limit: Number(limit) });
    const last = listed.length < Number(limit) ? undefined : listed.at(-1);
    return encodeRepricesView(listed, last === undefined ? null : encodeCursor({}, [last.number]));
  }

  @Post()
  @RequireScope('operator')
  @AnswersOperators(
    'reprice',
    'What usage would have cost by the right prices, for each organization; it is kept, and nothing is posted',
    ['unprocessable', 'payload_too_large', 'unsupported_media_type'],
    201,
  )
  async plan(@Body() body: RepriceBody, @Req() { apiKeyId }: ApiRequest): Promise<RepriceView> {
    if (apiKeyId === undefined) throw new Error('a route that has a scope knows whose key it is');
    const planning = await this.corrections.plan(requestOf(body, apiKeyId));
    if (planning.type === 'refused') throw problemOf(planning);
    return encodeRepriceView(await this.requirePlan(String(planning.number)));
  }

  @Get(':reprice_id')
  @RequireScope('operator')
  @ApiParam(REPRICE)
  @AnswersOperators('reprice', 'What was planned, and how far it was applied, for each organization')
  async show(@Param('reprice_id') id: string): Promise<RepriceView> {
    return encodeRepriceView(await this.requirePlan(id));
  }

  @Post(':reprice_id/apply')
  @HttpCode(200)
  @RequireScope('operator')
  @ApiParam(REPRICE)
  @AnswersOperators('reprice', 'What was posted by now, once; while its state is not `applied`, the next call goes on')
  async apply(@Param('reprice_id') id: string, @Req() { apiKeyId }: ApiRequest): Promise<RepriceView> {
    const plan = await this.requirePlan(id);
    const posted = await this.corrections.apply(plan);
    this.log.info({ reprice: plan.number, posted, apiKeyId }, 'reprice_applied');
    return this.show(id);
  }

  private async requirePlan(id: string): Promise<RepricePlan> {
    const plan = /^[1-9]\d{0,8}$/.test(id) ? await this.corrections.readPlan(Number(id)) : null;
    if (plan === null) throw new ProblemError('not_found', 'There is no such reprice.');
    return plan;
  }
}

function requestOf(body: RepriceBody, plannedBy: string): RepriceRequest {
  const { organization_id: organizationId, model = null, reason, rate_card_version: card } = body;
  const { override_version: override } = body;
  const [from, until] = [timeOf(body.from), timeOf(body.to)];
  if (until <= from) throw invalidRequest([{ pointer: '/to', detail: 'must be later than from' }]);
  if (card === undefined && override === undefined) {
    const detail = 'is required, where no override_version is given';
    throw invalidRequest([{ pointer: '/rate_card_version', detail }]);
  }
  return {
    organizationId: organizationId === undefined ? null : organizationIdOf(organizationId),
    selection: { from, until, model },
    right: { rateCardVersion: card ?? 'kept', overrideVersion: override === 'none' ? null : (override ?? 'kept') },
    reason,
    plannedBy,
  };
}

function problemOf({ code }: Extract<RepricePlanning, { type: 'refused' }>): ProblemError {
  switch (code) {
    case 'unknown_organization':
      return unprocessable('/organization_id', 'is no organization');
    case 'unknown_rate_card':
      return unprocessable('/rate_card_version', 'was not published');
    case 'unknown_override':
      return unprocessable('/override_version', 'is no published override of this organization');
    case 'override_of_one':
      return unprocessable('/organization_id', 'is required: an override is of one organization');
  }
}

function unprocessable(pointer: string, detail: string): ProblemError {
  return new ProblemError('unprocessable', `Nothing was planned: ${pointer.slice(1)} ${detail}.`, [
    { pointer, detail },
  ]);
}
