import { discardLetters, fixLetter, type FixOutcome, type Operator } from '@floopy/application';
import {
  type DeadLetterDiscardView,
  type DeadLetterRedriveView,
  type DeadLettersView,
  type DeadLetterView,
  encodeDeadLettersView,
  encodeDeadLetterView,
  encodeRedriveView,
} from '@floopy/contracts';
import { countDeadLetters, listDeadLetters, readDeadLetter } from '@floopy/postgres';
import { sha256 } from '@floopy/runtime';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../access/require-scope';
import { AnswersOperators } from '../documents/answers';
import type { ApiRequest } from '../http/api-request';
import { decodeCursor, encodeCursor } from '../paging/cursor';
import { USUAL_PAGE } from '../paging/page-query';
import { ProblemError } from '../problems/problem-error';
import { DEAD_LETTERS, type DeadLetters } from './dead-letters';
import { DeadLettersQuery, selectionOf } from './dead-letters-query';
import { FixBody } from './fix-body';
import { chosenLetters, DiscardBody, LettersBody, MOST_LETTERS } from './letters-body';

const LETTER = { name: 'dead_letter_id', description: 'As the list shows it', example: '7' };

@ApiTags('Dead letters')
@Controller('v1/dead-letters')
export class DeadLettersController {
  constructor(@Inject(DEAD_LETTERS) private readonly deadLetters: DeadLetters) {}

  @Get()
  @RequireScope('operator')
  @AnswersOperators('dead_letters', 'Records that could not be applied, the last first, counted by reason')
  async list(@Query() { cursor, limit = String(USUAL_PAGE), ...query }: DeadLettersQuery): Promise<DeadLettersView> {
    const { status = 'parked' } = query;
    const filter = { ...selectionOf(query), ...(status === 'any' ? {} : { status }) };
    const [below = null] = cursor === undefined ? [] : decodeCursor(cursor, query, 1);
    const { queries } = this.deadLetters;
    const listed = await listDeadLetters(queries, filter, { below, limit: Number(limit) });
    const last = listed.length < Number(limit) ? undefined : listed.at(-1);
    const next = last === undefined ? null : encodeCursor(query, [last.letterKey]);
    return encodeDeadLettersView(listed, await countDeadLetters(queries, filter), next);
  }

  @Get(':dead_letter_id')
  @RequireScope('operator')
  @ApiParam(LETTER)
  @AnswersOperators('dead_letter', 'The record with its bytes, what is wrong with it, and what happened to it')
  async show(@Param('dead_letter_id') id: string): Promise<DeadLetterView> {
    const letter = await readDeadLetter(this.deadLetters.queries, letterKeyOf(id), sha256);
    if (letter === null) throw unknownLetter();
    return encodeDeadLetterView(letter);
  }

  @Post(':dead_letter_id/fix')
  @HttpCode(200)
  @RequireScope('operator')
  @ApiParam(LETTER)
  @AnswersOperators('dead_letter', 'The dead letter, with what is taken in its place when it is driven again', [
    'already_resolved',
    'unprocessable',
    'payload_too_large',
    'unsupported_media_type',
  ])
  async fix(
    @Param('dead_letter_id') id: string,
    @Body() { event, reissue = false }: FixBody,
    @Req() request: ApiRequest,
  ): Promise<DeadLetterView> {
    const operator = operatorOf(request);
    const fix = { letterKey: letterKeyOf(id), event: event ?? null, isReissued: reissue, operator };
    const outcome = await fixLetter(this.deadLetters.letters, fix);
    if (outcome.type === 'refused') throw refusalOf(outcome);
    return this.show(id);
  }

  @Post('redrive')
  @HttpCode(200)
  @RequireScope('operator')
  @AnswersOperators('dead_letter_redrive', 'What became of them; those that stay parked can be driven again', [
    'payload_too_large',
    'unsupported_media_type',
  ])
  async redrive(@Body() body: LettersBody, @Req() request: ApiRequest): Promise<DeadLetterRedriveView> {
    const selection = chosenLetters(body);
    const place = { after: Number(body.after ?? 0), limit: MOST_LETTERS };
    return encodeRedriveView(await this.deadLetters.redrive({ selection, operator: operatorOf(request), ...place }));
  }

  @Post('discard')
  @HttpCode(200)
  @RequireScope('operator')
  @AnswersOperators('dead_letter_discard', 'How many were discarded, for good', [
    'payload_too_large',
    'unsupported_media_type',
  ])
  async discard(@Body() { reason, ...body }: DiscardBody, @Req() request: ApiRequest): Promise<DeadLetterDiscardView> {
    const selection = chosenLetters(body);
    const place = { after: Number(body.after ?? 0), limit: MOST_LETTERS };
    const asked = { selection, reason, operator: operatorOf(request), ...place };
    const { discarded, next } = await discardLetters(this.deadLetters.letters, asked);
    return { discarded, next: next === null ? null : String(next) };
  }
}

function operatorOf({ apiKeyId, actNumber }: ApiRequest): Operator {
  if (apiKeyId === undefined) throw new Error('a route that has a scope knows whose key it is');
  return { name: apiKeyId, actNumber: actNumber ?? null };
}

/** What is no id of a dead letter is none that there is. */
function letterKeyOf(id: string): number {
  if (/^[1-9]\d{0,14}$/.test(id)) return Number(id);
  throw unknownLetter();
}

function unknownLetter(): ProblemError {
  return new ProblemError('not_found', 'There is no such dead letter.');
}

function refusalOf(refusal: Extract<FixOutcome, { type: 'refused' }>): ProblemError {
  switch (refusal.code) {
    case 'unknown_letter':
      return unknownLetter();
    case 'resolved':
      return new ProblemError(
        'already_resolved',
        `The dead letter is ${refusal.status}: there is nothing left to fix.`,
      );
    case 'event_required':
      return unprocessable('/event', 'is required: the record cannot be read by itself');
    case 'faulty_event': {
      const faults = refusal.faults.map(({ pointer, detail }) => ({ pointer: `/event${pointer}`, detail }));
      return new ProblemError('unprocessable', `The event would be parked, too: ${refusal.reason}.`, faults);
    }
    case 'identity_changed':
      return unprocessable('/event', 'must keep the source, id and organization of the dead letter');
    case 'identity_taken':
      return unprocessable('/reissue', 'must be true: another event has the id of this one');
    case 'identity_unreadable':
      return unprocessable('/reissue', 'must be true: the record has no readable id');
    case 'identity_free':
      return unprocessable('/reissue', 'must be false: the record has an id under which it may be sent again');
  }
}

function unprocessable(pointer: string, detail: string): ProblemError {
  return new ProblemError('unprocessable', `The dead letter was not fixed: ${pointer.slice(1)} ${detail}.`, [
    { pointer, detail },
  ]);
}
