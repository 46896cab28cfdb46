import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { IsPageSize } from '../http/parameter-rules';

export const MOST_HOLDS_SHOWN = 200;

export class HoldsQuery {
  @ApiPropertyOptional({
    description: 'Open holds, and leaked ones, that are listed at most; all of them are counted.',
    example: '50',
  })
  @IsOptional()
  @IsPageSize(MOST_HOLDS_SHOWN)
  limit?: string;
}
