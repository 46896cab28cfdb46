import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { IsPosition, IsPositionOrTime } from '../http/parameter-rules';

export class BalanceQuery {
  @ApiPropertyOptional({
    description: 'The balance as it was at this position, or at this time (of recording). A future one is refused.',
    examples: { position: { value: '2' }, time: { value: '2026-11-23T10:00:00.000Z' } },
  })
  @IsOptional()
  @IsPositionOrTime()
  as_of?: string;

  @ApiPropertyOptional({
    description:
      'Waits, at most 5 seconds, until the ledger has this position; read your own write. 504 when it does not get there.',
    example: '2',
  })
  @IsOptional()
  @IsPosition()
  at_least?: string;
}
