import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { IsIdentifier } from '../http/parameter-rules';

export class ReleaseQuery {
  @ApiProperty({ description: 'Who would have paid.', example: 'org_acme' })
  @IsIdentifier()
  organization_id!: string;

  @ApiPropertyOptional({ description: 'The attempt that was held for; absent as it was when it was asked for.' })
  @IsOptional()
  @IsIdentifier()
  attempt_id?: string;
}
