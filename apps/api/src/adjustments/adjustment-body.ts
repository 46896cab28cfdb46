import { ApiProperty } from '@nestjs/swagger';
import { IsAmount, IsPlainText } from '../http/parameter-rules';

export const LONGEST_REASON = 500;

export class AdjustmentBody {
  @ApiProperty({
    description: 'Cents as a decimal string with at most 10 decimals: credited when positive, debited when negative.',
    example: '100000.0000000000',
  })
  @IsAmount()
  amount!: string;

  @ApiProperty({ description: 'Why; it stands on the entry.', maxLength: LONGEST_REASON, example: 'Goodwill' })
  @IsPlainText(LONGEST_REASON)
  reason!: string;
}
