import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { IsIdentifier, IsTime } from '../http/parameter-rules';

export class PlanBody {
  @ApiProperty({ description: 'The id of a published plan.', example: 'pro' })
  @IsIdentifier()
  plan!: string;

  @ApiPropertyOptional({
    description:
      'Now when absent. A plan that includes fewer requests waits for the next billing period in any case, with all that it brings.',
    format: 'date-time',
  })
  @IsOptional()
  @IsTime()
  effective_at?: string;
}
