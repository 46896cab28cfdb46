import { type Origin, ORIGINS } from '@floopy/domain';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString } from 'class-validator';
import { IsIdentifier, IsPageSize, IsTime } from '../http/parameter-rules';

export const LARGEST_PAGE = 200;
export const USUAL_PAGE = 50;

export class RequestsQuery {
  @ApiPropertyOptional({ description: 'Only usage that this model answered.' })
  @IsOptional()
  @IsIdentifier()
  model?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsIdentifier()
  provider?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsIdentifier()
  team_id?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsIdentifier()
  prompt_id?: string;

  @ApiPropertyOptional({ enum: ORIGINS })
  @IsOptional()
  @IsIn(ORIGINS, { message: `must be one of ${ORIGINS.join(', ')}` })
  origin?: Origin;

  @ApiPropertyOptional({ description: 'Only usage that occurred at this time or later.', format: 'date-time' })
  @IsOptional()
  @IsTime()
  from?: string;

  @ApiPropertyOptional({ description: 'Only usage that occurred before this time.', format: 'date-time' })
  @IsOptional()
  @IsTime()
  to?: string;

  @ApiPropertyOptional({ description: `Attempts on a page, 1 to ${LARGEST_PAGE}; ${USUAL_PAGE} when absent.` })
  @IsOptional()
  @IsPageSize(LARGEST_PAGE)
  limit?: string;

  @ApiPropertyOptional({ description: 'The next_cursor of the page before, with the same other parameters.' })
  @IsOptional()
  @IsString({ message: 'must be given once' })
  cursor?: string;
}
