import { encodeStatement, type StatementView } from '@floopy/contracts';
import { statementPeriod } from '@floopy/domain';
import { readStatement, readTerms } from '@floopy/postgres';
import { systemClock } from '@floopy/runtime';
import { Controller, Get, Param } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../access/require-scope';
import { Answers } from '../documents/answers';
import type { BoundOrganization } from '../http/api-request';
import { Organization } from '../http/organization';
import { OrganizationReads } from '../http/organization-reads';
import { invalidRequest } from '../problems/problem-error';

const PERIOD_RULE = 'must be a calendar month, such as 2026-11, or an RFC 3339 time in a billing period';

@ApiTags('Ledger')
@Controller('v1/organizations/:organization_id/statements')
export class StatementsController {
  constructor(private readonly reads: OrganizationReads) {}

  @Get(':period')
  @RequireScope('ledger:read')
  @ApiParam({
    name: 'period',
    description: 'A calendar month in UTC (`2026-11`), or a time (RFC 3339): the billing period that holds it.',
  })
  @Answers(
    'statement',
    'What moved the balance in a period, by when it was recorded: its opening and that are its closing',
  )
  statement(@Organization() organization: BoundOrganization, @Param('period') text: string): Promise<StatementView> {
    return this.reads.read(organization, async ({ queries, organizationKey, watermark }) => {
      const { anchors } = await readTerms(queries, organizationKey);
      const period = statementPeriod(text, anchors);
      if (period === null) throw invalidRequest([{ pointer: '/period', detail: PERIOD_RULE }]);
      const statement = await readStatement(queries, organizationKey, period);
      const isFinal = systemClock() >= period.end;
      return { ...encodeStatement(organization.id, statement, isFinal), watermark };
    });
  }
}
