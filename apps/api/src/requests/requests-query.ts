import { type Origin, ORIGINS } from '@floopy/domain';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { IsIdentifier, IsTime } from '../http/parameter-rules';
import { PageQuery } from '../paging/page-query';

export class RequestsQuery extends PageQuery {
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
}
