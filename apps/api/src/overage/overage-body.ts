import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsOptional } from 'class-validator';
import { IsTime } from '../http/parameter-rules';

export class OverageBody {
  @ApiProperty({ description: 'Whether requests past the allowance are agreed to, each at the rate of the plan.' })
  @IsBoolean({ message: 'must be true or false' })
  enabled!: boolean;

  @ApiPropertyOptional({ description: 'Now when absent.', format: 'date-time' })
  @IsOptional()
  @IsTime()
  effective_at?: string;
}
