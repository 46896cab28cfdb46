import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { IsPlainText, IsTime } from '../http/parameter-rules';
import { PageQuery } from '../paging/page-query';

const LONGEST_COMMAND = 200;

export class AuditQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'Begun at or after.' })
  @IsOptional()
  @IsTime()
  from?: string;

  @ApiPropertyOptional({ description: 'Begun before.' })
  @IsOptional()
  @IsTime()
  to?: string;

  @ApiPropertyOptional({
    description: 'This command, or every one that begins with these words.',
    example: 'POST /v1/dead-letters/redrive',
  })
  @IsOptional()
  @IsPlainText(LONGEST_COMMAND)
  command?: string;
}
