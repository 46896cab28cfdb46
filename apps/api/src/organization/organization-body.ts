import { ORGANIZATION_STATUSES, type OrganizationStatus } from '@floopy/domain';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { IsIdentifier, IsPlainText } from '../http/parameter-rules';

const LONGEST_NAME = 200;
const LONGEST_REASON = 500;
const LARGEST_MARKUP = 1_000_000;

export class OrganizationBody {
  @ApiProperty({ description: '1 to 128 visible ASCII characters; the key of its records.', example: 'org_acme' })
  @IsIdentifier()
  id!: string;

  @ApiProperty({ description: 'How people call it.', maxLength: LONGEST_NAME, example: 'Acme' })
  @IsPlainText(LONGEST_NAME)
  name!: string;

  @ApiPropertyOptional({
    description: 'Its plan from the beginning; the one of everybody when absent.',
    example: 'pro',
  })
  @IsOptional()
  @IsIdentifier()
  plan?: string;

  @ApiPropertyOptional({
    description: 'Added to every charge, in hundredths of a per cent; that of its plan when absent.',
  })
  @IsOptional()
  @IsInt({ message: 'must be a whole number' })
  @Min(0, { message: 'must be at least 0' })
  @Max(LARGEST_MARKUP, { message: `must be at most ${LARGEST_MARKUP}` })
  markup_basis_points?: number;
}

export class StatusBody {
  @ApiProperty({ enum: ORGANIZATION_STATUSES, description: 'Closing is for good.' })
  @IsIn(ORGANIZATION_STATUSES, { message: `must be one of ${ORGANIZATION_STATUSES.join(', ')}` })
  status!: OrganizationStatus;

  @ApiProperty({ description: 'Why; it stays in the history.', maxLength: LONGEST_REASON, example: 'Did not pay' })
  @IsPlainText(LONGEST_REASON)
  reason!: string;
}
