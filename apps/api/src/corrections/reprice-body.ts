import { LONGEST_REASON } from '@floopy/contracts';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsOptional, Max, Min, ValidateIf } from 'class-validator';
import { IsIdentifier, IsTime } from '../http/parameter-rules';
import { IsReason } from './is-reason';

const LARGEST_VERSION = 2_147_483_647;

/** Which usage was priced wrongly, and by which prices it should have been. */
export class RepriceBody {
  @ApiPropertyOptional({ description: 'The one organization that it is about; every one when absent.' })
  @IsOptional()
  @IsIdentifier()
  organization_id?: string;

  @ApiProperty({ description: 'Usage that was served at this time or later.', format: 'date-time' })
  @IsTime()
  from!: string;

  @ApiProperty({ description: 'And before this one.', format: 'date-time' })
  @IsTime()
  to!: string;

  @ApiPropertyOptional({ description: 'Only usage of this model, as events state it.', example: 'gpt-4o' })
  @IsOptional()
  @IsIdentifier()
  model?: string;

  @ApiPropertyOptional({ description: 'A published card, whatever its interval; without it each keeps its own.' })
  @IsOptional()
  @IsInt({ message: 'must be the version of a rate card' })
  @Min(1, { message: 'must be at least 1' })
  @Max(LARGEST_VERSION, { message: 'must be a version that there can be' })
  rate_card_version?: number;

  @ApiPropertyOptional({
    oneOf: [
      { type: 'integer', minimum: 1 },
      { type: 'string', enum: ['none'] },
    ],
    description: 'A published override of the organization, or none; without it each keeps its own.',
  })
  @IsOptional()
  @ValidateIf(({ override_version: version }: RepriceBody) => version !== 'none')
  @IsInt({ message: 'must be the version of an override, or none' })
  @Min(1, { message: 'must be at least 1' })
  @Max(LARGEST_VERSION, { message: 'must be a version that there can be' })
  override_version?: number | 'none';

  @ApiProperty({ description: 'Why; it stands on every entry, so it names no person.', maxLength: LONGEST_REASON })
  @IsReason()
  reason!: string;
}
