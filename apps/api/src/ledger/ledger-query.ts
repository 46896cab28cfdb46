import { LEDGER_TYPES, type LedgerType } from '@floopy/domain';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { IsTime } from '../http/parameter-rules';
import { PageQuery } from '../paging/page-query';

export class LedgerQuery extends PageQuery {
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
}
