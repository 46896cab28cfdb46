import type { DeadLetterSelection } from '@floopy/application';
import { DEAD_LETTER_STATUSES } from '@floopy/contracts';
import { DEAD_LETTER_REASONS, type DeadLetterReason } from '@floopy/domain';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { timeOf } from '../http/interval-of';
import { IsIdentifier, IsPlainText, IsTime } from '../http/parameter-rules';
import { PageQuery } from '../paging/page-query';

const LONGEST_TOPIC = 249;
const STATUSES = [...DEAD_LETTER_STATUSES, 'any'] as const;

/** Which letters a list shows. */
export class DeadLettersQuery extends PageQuery {
  @ApiPropertyOptional({ enum: STATUSES, description: 'What became of them; parked when absent.' })
  @IsOptional()
  @IsIn(STATUSES, { message: `must be one of ${STATUSES.join(', ')}` })
  status?: (typeof STATUSES)[number];

  @ApiPropertyOptional({ enum: DEAD_LETTER_REASONS, description: 'Parked for this reason.' })
  @IsOptional()
  @IsIn(DEAD_LETTER_REASONS, { message: `must be one of ${DEAD_LETTER_REASONS.join(', ')}` })
  reason?: DeadLetterReason;

  @ApiPropertyOptional({ description: 'That name this organization, which need not exist.' })
  @IsOptional()
  @IsIdentifier()
  organization?: string;

  @ApiPropertyOptional({ description: 'Of this topic.' })
  @IsOptional()
  @IsPlainText(LONGEST_TOPIC)
  topic?: string;

  @ApiPropertyOptional({ description: 'Parked at or after.' })
  @IsOptional()
  @IsTime()
  from?: string;

  @ApiPropertyOptional({ description: 'Parked before.' })
  @IsOptional()
  @IsTime()
  to?: string;
}

/** Of a query, or of a body that names no letters. */
export function selectionOf({ reason, organization, topic, from, to }: DeadLettersQuery): DeadLetterSelection {
  return {
    ...(reason === undefined ? {} : { reason }),
    ...(organization === undefined ? {} : { organizationId: organization }),
    ...(topic === undefined ? {} : { topic }),
    ...(from === undefined ? {} : { from: timeOf(from) }),
    ...(to === undefined ? {} : { to: timeOf(to) }),
  };
}
