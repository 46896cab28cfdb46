import { ALERT_ENDPOINT_KINDS } from '@floopy/contracts';
import { ApiProperty } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { IsPlainText } from '../http/parameter-rules';

const LONGEST_ADDRESS = 2_048;

export class AlertEndpointBody {
  @ApiProperty({ enum: ALERT_ENDPOINT_KINDS, description: 'How it is told.' })
  @IsIn(ALERT_ENDPOINT_KINDS, { message: `must be one of ${ALERT_ENDPOINT_KINDS.join(', ')}` })
  kind!: (typeof ALERT_ENDPOINT_KINDS)[number];

  @ApiProperty({
    description: 'An https:// URL that is posted to, as Standard Webhooks has it; or one e-mail address.',
    maxLength: LONGEST_ADDRESS,
    example: 'https://hooks.example.com/floopy',
  })
  @IsPlainText(LONGEST_ADDRESS)
  address!: string;
}
