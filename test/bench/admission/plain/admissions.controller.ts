import { Body, Controller, HttpException, Inject, Post } from '@nestjs/common';
import type { Take } from './ways';

export const TAKE = Symbol('TAKE');

interface Asked {
  readonly organization_id: string;
}

interface Admitted {
  readonly decision: 'admitted';
  readonly hold: { readonly id: string; readonly amount: string; readonly expires_at: string };
}

@Controller('v1/admissions')
export class PlainAdmissionsController {
  constructor(@Inject(TAKE) private readonly take: Take) {}

  @Post()
  async admit(@Body() body: Asked): Promise<Admitted> {
    if (!(await this.take(body.organization_id))) throw new HttpException('not enough credits', 402);
    const expires = new Date(Date.now() + 600_000).toISOString();
    return { decision: 'admitted', hold: { id: 'hld_1', amount: '1.0000000000', expires_at: expires } };
  }
}
