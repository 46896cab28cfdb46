import { type AuditView, encodeAuditView } from '@floopy/contracts';
import { listActs } from '@floopy/postgres';
import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../access/require-scope';
import { AnswersOperators } from '../documents/answers';
import { timeOf } from '../http/interval-of';
import { decodeCursor, encodeCursor } from '../paging/cursor';
import { USUAL_PAGE } from '../paging/page-query';
import { AuditQuery } from './audit-query';

export const LIST_ACTS = Symbol('LIST_ACTS');

export type ListActs = (filter: Parameters<typeof listActs>[1]) => ReturnType<typeof listActs>;

@ApiTags('Audit')
@Controller('v1/audit')
export class AuditController {
  constructor(@Inject(LIST_ACTS) private readonly listActs: ListActs) {}

  @Get()
  @RequireScope('operator')
  @AnswersOperators('audit', 'What operators did, here and on the command line, the last first')
  async list(@Query() { cursor, limit = String(USUAL_PAGE), ...query }: AuditQuery): Promise<AuditView> {
    const { from, to, command = null } = query;
    const [below = null] = cursor === undefined ? [] : decodeCursor(cursor, query, 1);
    const interval = { from: from === undefined ? null : timeOf(from), to: to === undefined ? null : timeOf(to) };
    const acts = await this.listActs({ ...interval, command, below, limit: Number(limit) });
    const last = acts.length < Number(limit) ? undefined : acts.at(-1);
    return encodeAuditView(acts, last === undefined ? null : encodeCursor(query, [last.actNumber]));
  }
}
