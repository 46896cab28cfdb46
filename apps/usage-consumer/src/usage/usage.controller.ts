import { type IngestOutcome, type IngestPorts, ingestUsage } from '@floopy/application';
import { TOPICS } from '@floopy/contracts';
import type { GatheredBatches } from '@floopy/kafka';
import { Controller, Inject } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { BatchDecoder } from './batch-decoder';
import { INGEST_OBSERVER, type IngestObserver } from './ingest-observer';

export const INGEST_PORTS = Symbol('INGEST_PORTS');

/** The straight line: record → decodeUsageEvent → priceUsage → postUsage → appendLedgerEvents. */
@Controller()
export class UsageController {
  private readonly decoder: BatchDecoder;

  constructor(
    @Inject(INGEST_PORTS) private readonly ports: IngestPorts,
    @Inject(INGEST_OBSERVER) private readonly observer: IngestObserver,
  ) {
    this.decoder = new BatchDecoder(ports.sha256);
  }

  @EventPattern<string>(TOPICS.usageRecorded.name)
  async ingest(@Payload() gathered: GatheredBatches): Promise<IngestOutcome[]> {
    const done = this.observer.began(gathered.batches);
    const outcomes = await ingestUsage(this.ports, this.decoder.decode(gathered));
    done(outcomes);
    return outcomes;
  }
}
