import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { IsTime } from '../http/parameter-rules';

const DAY_RULE = { message: 'must be a whole number from 1 to 31' };
const HOUR_RULE = { message: 'must be a whole number from 0 to 23' };

export class BillingAnchorBody {
  @ApiProperty({ minimum: 1, maximum: 31, description: 'The day of the month; its last day where it is shorter.' })
  @IsInt(DAY_RULE)
  @Min(1, DAY_RULE)
  @Max(31, DAY_RULE)
  day!: number;

  @ApiProperty({ minimum: 0, maximum: 23, description: 'The hour of that day, in UTC.' })
  @IsInt(HOUR_RULE)
  @Min(0, HOUR_RULE)
  @Max(23, HOUR_RULE)
  hour!: number;

  @ApiPropertyOptional({
    description: 'When the running period is cut; at least 5 minutes from now, which it is when absent.',
    format: 'date-time',
  })
  @IsOptional()
  @IsTime()
  effective_at?: string;
}
