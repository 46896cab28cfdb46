import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { IsTime } from '../http/parameter-rules';

export class MonthlyUsageQuery {
  @ApiPropertyOptional({ description: 'Only periods that begin at this time or later.', format: 'date-time' })
  @IsOptional()
  @IsTime()
  from?: string;

  @ApiPropertyOptional({ description: 'Only periods that begin before this time.', format: 'date-time' })
  @IsOptional()
  @IsTime()
  to?: string;
}
