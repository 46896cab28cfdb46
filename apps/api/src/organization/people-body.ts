import { type Role, ROLES } from '@floopy/domain';
import { ApiProperty } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { IsPlainText } from '../http/parameter-rules';

const LONGEST_NAME = 200;

export class MemberBody {
  @ApiProperty({ enum: ROLES, description: 'An Owner may change plan, overage and members; a Member reads.' })
  @IsIn(ROLES, { message: `must be one of ${ROLES.join(', ')}` })
  role!: Role;
}

export class TeamBody {
  @ApiProperty({ description: 'How people call it.', maxLength: LONGEST_NAME, example: 'Search' })
  @IsPlainText(LONGEST_NAME)
  name!: string;
}
