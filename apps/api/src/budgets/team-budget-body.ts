import { ApiProperty } from '@nestjs/swagger';
import { IsLimit } from '../http/parameter-rules';

export class TeamBudgetBody {
  @ApiProperty({
    description:
      'The most that the team may spend in a billing period, in cents: a decimal string with at most 10 decimals. Zero ' +
      'refuses all that it asks for; so does less than it has spent.',
    example: '50000.0000000000',
  })
  @IsLimit()
  limit!: string;
}
