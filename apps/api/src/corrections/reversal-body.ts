import { LONGEST_REASON } from '@floopy/contracts';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsInt, IsOptional, Max, Min } from 'class-validator';
import { IsReason } from './is-reason';

export class ReversalBody {
  @ApiProperty({ description: 'Of the charge on the ledger of the organization.', example: 4711 })
  @IsInt({ message: 'must be a position: a whole number' })
  @Min(1, { message: 'must be at least 1' })
  @Max(Number.MAX_SAFE_INTEGER, { message: 'must be a position that there can be' })
  position!: number;

  @ApiProperty({
    description: 'Why; it stands on the ledger, so it names no person.',
    maxLength: LONGEST_REASON,
    example: 'Cut off',
  })
  @IsReason()
  reason!: string;

  @ApiPropertyOptional({ description: 'Take the request out of the monthly count as well, and out of overage.' })
  @IsOptional()
  @IsBoolean({ message: 'must be true or false' })
  uncount?: boolean;
}
