import { SPEND_DIMENSIONS } from '@floopy/contracts';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, Matches } from 'class-validator';
import { IsTime } from '../http/parameter-rules';

const DIMENSION = `(?:${SPEND_DIMENSIONS.join('|')})`;
const ONE_OR_TWO = new RegExp(`^(${DIMENSION})(?:,(?!\\1$)${DIMENSION})?$`);

export class SpendQuery {
  @ApiProperty({
    description: `One or two of ${SPEND_DIMENSIONS.join(', ')}, separated by a comma. A day is one in UTC.`,
    pattern: ONE_OR_TWO.source,
    example: 'model,day',
  })
  @Matches(ONE_OR_TWO, { message: `must be one or two of ${SPEND_DIMENSIONS.join(', ')}, separated by a comma` })
  group_by!: string;

  @ApiPropertyOptional({
    description: 'Only usage that occurred at this time or later; the begin of the billing period when absent.',
    format: 'date-time',
  })
  @IsOptional()
  @IsTime()
  from?: string;

  @ApiPropertyOptional({ description: 'Only usage that occurred before this time.', format: 'date-time' })
  @IsOptional()
  @IsTime()
  to?: string;
}
