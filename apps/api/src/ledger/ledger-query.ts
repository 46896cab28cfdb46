import { LEDGER_TYPES, type LedgerType } from '@floopy/domain';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString } from 'class-validator';
import { IsPageSize, IsTime } from '../http/parameter-rules';

export const LARGEST_PAGE = 200;
export const USUAL_PAGE = 50;

export class LedgerQuery {
  @ApiPropertyOptional({ enum: LEDGER_TYPES, description: 'Only entries of this type.' })
  @IsOptional()
  @IsIn(LEDGER_TYPES, { message: `must be one of ${LEDGER_TYPES.join(', ')}` })
  type?: LedgerType;

  @ApiPropertyOptional({ description: 'Only entries recorded at this time or later.', format: 'date-time' })
  @IsOptional()
  @IsTime()
  from?: string;

  @ApiPropertyOptional({ description: 'Only entries recorded before this time.', format: 'date-time' })
  @IsOptional()
  @IsTime()
  to?: string;

  @ApiPropertyOptional({ description: `Entries on a page, 1 to ${LARGEST_PAGE}; ${USUAL_PAGE} when absent.` })
  @IsOptional()
  @IsPageSize(LARGEST_PAGE)
  limit?: string;

  @ApiPropertyOptional({ description: 'The next_cursor of the page before, with the same other parameters.' })
  @IsOptional()
  @IsString({ message: 'must be given once' })
  cursor?: string;
}
