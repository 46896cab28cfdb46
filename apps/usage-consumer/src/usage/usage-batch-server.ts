import type { BatchOutcome, GatheredBatches, PartitionReader } from '@floopy/kafka';
import { type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';

type Outcomes = readonly BatchOutcome[];
type BatchesEventHandler = MessageHandler<GatheredBatches, undefined, Outcomes>;

/**
 * Nest's transport for usage: hands whole batches, of several partitions at once, to the `@EventPattern` of the topic.
 * Nest's own Kafka server takes one message at a time and redelivers for ever what a handler throws; here a failure is
 * retried where it stands.
 */
export class UsageBatchServer extends Server implements CustomTransportStrategy {
  constructor(
    private readonly reader: PartitionReader,
    /** The pattern of the handler, whatever the topic is called that the reader reads. */
    private readonly pattern: string,
  ) {
    super();
  }

  override listen(callback: (error?: unknown) => void): void {
    this.reader.start((gathered) => this.handle(gathered)).then(() => callback(), callback);
  }

  override async close(): Promise<void> {
    await this.reader.stop();
  }

  override on(): never {
    throw new Error('this transport has no events of its own; observe its reader');
  }

  override unwrap<T>(): T {
    throw new Error('the Kafka client stays behind this transport');
  }

  private async handle(gathered: GatheredBatches): Promise<Outcomes> {
    const handler: BatchesEventHandler | null = this.getHandlerByPattern(this.pattern);
    if (handler === null) throw new Error(`no @EventPattern for ${this.pattern}`);
    const answer = await handler(gathered);
    return isObservable(answer) ? lastValueFrom(answer) : answer;
  }
}
