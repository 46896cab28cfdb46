import type { DeadLetterSelection } from '@floopy/application';
import { DEAD_LETTER_REASONS, type DeadLetterReason } from '@floopy/domain';
import { ApiProperty, ApiPropertyOptional, PickType } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, Equals, IsArray, IsIn, IsOptional, Matches } from 'class-validator';
import { IsPlainText } from '../http/parameter-rules';
import { invalidRequest } from '../problems/problem-error';
import { DeadLettersQuery, selectionOf } from './dead-letters-query';

/** Letters that one call names, or looks at. */
export const MOST_LETTERS = 1_000;
const LONGEST_REASON = 500;
const LETTER_ID = /^[1-9]\d{0,14}$/;

/** Which letters an act is about: those that are named, those for which all of the rest holds, or all. */
export class LettersBody extends PickType(DeadLettersQuery, ['organization', 'topic', 'from', 'to']) {
  @ApiPropertyOptional({ type: [String], description: `Up to ${MOST_LETTERS} ids; then nothing else chooses.` })
  @IsOptional()
  @IsArray({ message: 'must be a list' })
  @ArrayMinSize(1, { message: 'must name one at least' })
  @ArrayMaxSize(MOST_LETTERS, { message: `must name at most ${MOST_LETTERS}` })
  @Matches(LETTER_ID, { each: true, message: 'must be ids of dead letters' })
  ids?: string[];

  @ApiPropertyOptional({ enum: DEAD_LETTER_REASONS, description: 'Parked for this reason.' })
  @IsOptional()
  @IsIn(DEAD_LETTER_REASONS, { message: `must be one of ${DEAD_LETTER_REASONS.join(', ')}` })
  parked_for?: DeadLetterReason;

  @ApiPropertyOptional({ description: 'Every one that is parked, where nothing else chooses.' })
  @IsOptional()
  @Equals(true, { message: 'must be true, or left out' })
  all?: true;

  @ApiPropertyOptional({ description: `The next of the call before: each looks at ${MOST_LETTERS} letters at most.` })
  @IsOptional()
  @Matches(LETTER_ID, { message: 'must be the id of a dead letter' })
  after?: string;
}

export class DiscardBody extends LettersBody {
  @ApiProperty({ description: 'Why; it stays in the history.', maxLength: LONGEST_REASON, example: 'A test' })
  @IsPlainText(LONGEST_REASON)
  reason!: string;
}

/** Nothing chosen is never everything. @throws 400 */
export function chosenLetters({ ids, parked_for: parkedFor, all, ...rest }: LettersBody): DeadLetterSelection {
  const selection = selectionOf({ ...rest, ...(parkedFor === undefined ? {} : { reason: parkedFor }) });
  const isNarrowed = Object.keys(selection).length > 0;
  if (ids === undefined && (isNarrowed || all === true)) return selection;
  if (ids !== undefined && !isNarrowed && all !== true) return { letterKeys: ids.map(Number) };
  const detail =
    ids === undefined ? 'is required, where nothing else chooses' : 'cannot be chosen by anything else, too';
  throw invalidRequest([{ pointer: '/ids', detail }]);
}
