import { type IngestOutcome, type IngestPorts, ingestUsage } from '@floopy/application';
import { TOPICS } from '@floopy/contracts';
import type { PartitionBatch } from '@floopy/kafka';
import { Controller, Inject } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { decodeBatch } from './decode-batch';
import { INGEST_OBSERVER, type IngestObserver } from './ingest-observer';

export const INGEST_PORTS = Symbol('INGEST_PORTS');

/** The straight line: record → decodeUsageEvent → priceUsage → postUsage → appendLedgerEvents. */
@Controller()
export class UsageController {
  constructor(
    @Inject(INGEST_PORTS) private readonly ports: IngestPorts,
    @Inject(INGEST_OBSERVER) private readonly observer: IngestObserver,
  ) {}

  @EventPattern<string>(TOPICS.usageRecorded.name)
  async ingest(@Payload() batch: PartitionBatch): Promise<IngestOutcome> {
    const done = this.observer.began(batch);
    const outcome = await ingestUsage(this.ports, decodeBatch(batch, this.ports.sha256));
    done(outcome);
    return outcome;
  }
}
