import { HealthChecks, type HealthReport, type Metrics } from '@floopy/runtime';
import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Public } from '../access/require-scope';
import type { ApiReply } from '../http/api-request';

export const METRICS = Symbol('METRICS');

@Public()
@ApiTags('Operations')
@Controller()
export class OperationsController {
  constructor(
    private readonly checks: HealthChecks,
    @Inject(METRICS) private readonly metrics: Metrics,
  ) {}

  @Get('healthz')
  @ApiOperation({ summary: 'Whether the process answers' })
  alive(): { status: 'up' } {
    return { status: 'up' };
  }

  @Get('readyz')
  @ApiOperation({ summary: 'Whether Postgres and Kafka answer and the watermark moves; 503 when one of them does not' })
  async ready(@Res({ passthrough: true }) reply: ApiReply): Promise<HealthReport> {
    const report = await this.checks.report();
    reply.code(report.status === 'down' ? 503 : 200).header('cache-control', 'no-store');
    return report;
  }

  @Get('metrics')
  @ApiOperation({ summary: 'Prometheus metrics' })
  async scrape(@Res() reply: ApiReply): Promise<void> {
    reply.header('content-type', this.metrics.contentType).send(await this.metrics.scrape());
  }
}
