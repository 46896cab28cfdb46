import type { IngestPorts } from '@floopy/application';
import { type DynamicModule, Module } from '@nestjs/common';
import { INGEST_OBSERVER, type IngestObserver } from './usage/ingest-observer';
import { INGEST_PORTS, UsageController } from './usage/usage.controller';

/** The controller of usage over the ports that `main` opened. */
@Module({})
export class UsageConsumerModule {
  static over(ports: IngestPorts, observer: IngestObserver): DynamicModule {
    return {
      module: UsageConsumerModule,
      controllers: [UsageController],
      providers: [
        { provide: INGEST_PORTS, useValue: ports },
        { provide: INGEST_OBSERVER, useValue: observer },
      ],
    };
  }
}
