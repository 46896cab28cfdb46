import type { UsageEventInput } from '@floopy/contracts';
import { Kafka, logLevel } from 'kafkajs';
import { settingsOf, type UsageClientOptions, type UsageClientSettings } from './client-options';
import { type EncodedUsage, encodeUsage, encodeVoid } from './encode-usage';
import type {
  CloseOutcome,
  DeliveryOutcome,
  EventAttributes,
  FlushOutcome,
  MistakenUsage,
  RecordOutcome,
  TakenOutcome,
  VoidDeliveryOutcome,
  VoidOutcome,
} from './outcomes';
import { UsageBuffer } from './usage-buffer';
import { UsageDispatch } from './usage-dispatch';

const CONNECTION_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 15_000;
const DISCONNECT_PATIENCE_MS = 2_000;
export const DEFAULT_CLOSE_TIMEOUT_MS = 30_000;

/** Publishes usage: what it accepts ends as `delivered` or comes back as `failed`; nothing is dropped in silence. */
export interface UsageClient {
  /**
   * Takes a usage to be delivered, or says why not; never throws, never waits.
   * @param attributes for a resend, those of the first time; else the id is minted here and the time is now.
   */
  record(usage: UsageEventInput, attributes?: Partial<EventAttributes>): RecordOutcome;
  /**
   * Takes the word that a usage event was a mistake, to be delivered as any usage: what it was charged is given back, once,
   * however often it is said. It must come behind its event: right after `record` of it, or any time later.
   * @param attributes of the void itself, not of its event
   */
  void(mistake: MistakenUsage, attributes?: Partial<EventAttributes>): VoidOutcome;
  /** Waits until everything that was accepted before has ended, one way or the other. */
  flush(options: { readonly timeoutMs: number }): Promise<FlushOutcome>;
  /** Takes nothing more, flushes (30 s at most unless told otherwise), ends the connections, returns what is left. */
  close(options?: { readonly timeoutMs: number }): Promise<CloseOutcome>;
}

/** Opens no connection before the first usage is recorded. @throws Error when the options cannot work. */
export function createUsageClient(options: UsageClientOptions): UsageClient {
  const settings = settingsOf(options);
  requireSource(settings.source);
  const buffer = new UsageBuffer(settings.bufferLimit, settings.bufferLimitBytes);
  const dispatch = new UsageDispatch(connectionTo(settings), settings, buffer);
  let closing: Promise<CloseOutcome> | null = null;
  const take = <Ending extends DeliveryOutcome | VoidDeliveryOutcome>(
    encode: () => EncodedUsage,
  ): TakenOutcome<Ending> => {
    if (closing !== null) return { type: 'closed' };
    const encoded = encode();
    if (encoded.type === 'rejected') return encoded;
    const event = buffer.add(encoded.id, encoded.record);
    if (event === null) return { type: 'buffer_full' };
    dispatch.add(event);
    // What is given up is read back from its record, which says what was encoded.
    return { type: 'accepted', id: event.id, delivered: event.delivered as Promise<Ending> };
  };
  return {
    record: (usage, attributes = {}) => take<DeliveryOutcome>(() => encodeUsage(usage, attributes, settings.source)),
    void: (mistake, attributes = {}) =>
      take<VoidDeliveryOutcome>(() => encodeVoid(mistake, attributes, settings.source)),
    flush: ({ timeoutMs }) => settleWithin(buffer, timeoutMs),
    close: ({ timeoutMs } = { timeoutMs: DEFAULT_CLOSE_TIMEOUT_MS }) =>
      (closing ??= closeWithin(buffer, dispatch, timeoutMs)),
  };
}

/** Under a wrong source every usage would be rejected, which is better known before the first. */
function requireSource(source: string): void {
  const judged = encodeUsage({} as UsageEventInput, {}, source);
  const fault = judged.type === 'rejected' ? judged.faults.find(({ pointer }) => pointer === '/source') : undefined;
  if (fault !== undefined) throw new Error(`usage client: source ${fault.detail}`);
}

async function settleWithin(buffer: UsageBuffer, timeoutMs: number): Promise<FlushOutcome> {
  const pending = buffer.pending();
  let unsettled = pending.length;
  const all = Promise.all(pending.map((event) => event.delivered.finally(() => (unsettled -= 1))));
  const outcomes = await within(timeoutMs, all);
  if (outcomes === null) return { type: 'timed_out', pending: unsettled };
  return { type: 'flushed', ...counted(outcomes) };
}

async function closeWithin(buffer: UsageBuffer, dispatch: UsageDispatch, timeoutMs: number): Promise<CloseOutcome> {
  const pending = buffer.pending();
  await settleWithin(buffer, timeoutMs);
  const stopped = dispatch.stop();
  for (const event of pending) buffer.fail(event, 'closed', `the client was closed after ${timeoutMs} ms`);
  const outcomes = await Promise.all(pending.map((event) => event.delivered));
  // A broker that hangs may hold up the disconnecting, but not the caller: nothing is left to lose.
  await within(DISCONNECT_PATIENCE_MS, stopped);
  return { type: 'closed', ...counted(outcomes) };
}

function counted(
  outcomes: readonly (DeliveryOutcome | VoidDeliveryOutcome)[],
): Pick<CloseOutcome, 'delivered' | 'failed'> {
  const failed = outcomes.filter((outcome) => outcome.type === 'failed');
  return { delivered: outcomes.length - failed.length, failed };
}

async function within<Value>(timeoutMs: number, promise: Promise<Value>): Promise<Value | null> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<null>((resolve) => (timer = setTimeout(resolve, timeoutMs, null)));
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

function connectionTo(settings: UsageClientSettings): Kafka {
  const { clientId, brokers, ssl, sasl, socketFactory } = settings;
  return new Kafka({
    clientId,
    brokers,
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // The least that kafkajs allows: trying again is the lanes' business, which know each event's deadline.
    retry: { retries: 1, initialRetryTime: 50, maxRetryTime: 200 },
    logLevel: logLevel.NOTHING,
    ...(ssl === undefined ? {} : { ssl }),
    ...(sasl === undefined ? {} : { sasl }),
    ...(socketFactory === undefined ? {} : { socketFactory }),
  });
}
