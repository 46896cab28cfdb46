import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsObject, IsOptional } from 'class-validator';

export class FixBody {
  @ApiPropertyOptional({
    type: Object,
    description:
      'The corrected event, as CloudEvents write it in structured mode. May be left out only when a conflict is reissued as it is.',
  })
  @IsOptional()
  @IsObject({ message: 'must be a JSON object' })
  event?: object;

  @ApiPropertyOptional({
    description: 'Under an id of the operator: for a conflict, whose id is taken, and for what has no readable one.',
  })
  @IsOptional()
  @IsBoolean({ message: 'must be true or false' })
  reissue?: boolean;
}
