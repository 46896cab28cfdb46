import type { RelayedRecord, VerifyRelayPorts } from '@floopy/application';
import { decodeLedgerMessage, INCARNATION_HEADER, TOPICS } from '@floopy/contracts';
import { instantOfMilliseconds, type LedgerEvent } from '@floopy/domain';
import { type createKafka, readLogOffsets, readRanges, topicExists } from '@floopy/kafka';
import { type DatabasePool, queriesOf, readEntriesNow, readIncarnation, readRelayPositions } from '@floopy/postgres';
import { systemClock } from '@floopy/runtime';
import { NotReachable } from '../session/faults';
import type { Session } from '../session/session';

/** Where the relay hands entries on to, by the setting that it has for it. */
export interface LedgerTopic {
  readonly name: string;
  readonly kafka: ReturnType<typeof createKafka>;
}

export interface RelayedTopic {
  readonly name: string;
  readonly ports: VerifyRelayPorts;
}

/** A ledger message, with all that it says of its entry. */
interface LedgerRecord extends RelayedRecord {
  readonly entry: LedgerEvent | null;
}

/** Retention takes what is older than this, and may be a little early by another clock. */
const CLOCK_GRACE_MS = 3_600_000;
const RETENTION_MS = TOPICS.billingLedger.retentionMs ?? 0;

/** @throws NotReachable when no broker answers */
export async function reachLedgerTopic(session: Session): Promise<LedgerTopic> {
  const name = session.surroundings.environment['LEDGER_TOPIC'] ?? TOPICS.billingLedger.name;
  return { name, kafka: await session.kafka() };
}

/** Reaches the topic of ledger messages before anything is verified. @throws NotReachable, which says how to go without it */
export async function reachRelayedTopic(session: Session, pool: DatabasePool): Promise<RelayedTopic> {
  const topic = await reachLedgerTopic(session).catch((error: unknown) => {
    if (!(error instanceof NotReachable)) throw error;
    throw new NotReachable(`${error.message}. To leave out what was handed on to it, say --without-kafka.`, error);
  });
  const queries = queriesOf(pool);
  return {
    name: topic.name,
    ports: {
      incarnation: await readIncarnation(queries),
      readRelayed: () => readRelayPositions(queries),
      readEntries: (places) => readEntriesNow(queries, places),
      readTopic: (take) => readLedgerTopic(topic, session.stop, take),
      retainedSince: instantOfMilliseconds(systemClock() - RETENTION_MS + CLOCK_GRACE_MS),
    },
  };
}

/** Hands over every record that the topic holds, in batches, each partition's in its order; none when there is no such topic. */
export async function readLedgerTopic(
  { name, kafka }: LedgerTopic,
  stop: AbortSignal,
  take: (records: readonly LedgerRecord[]) => Promise<void>,
): Promise<void> {
  if (!(await topicExists(kafka, name))) return;
  const { watermarks } = await readLogOffsets(kafka, name, []);
  const ranges = Array.from(watermarks, ([partition, { low, high }]) => ({ partition, from: low, until: high }));
  await readRanges(kafka, {
    topic: name,
    ranges,
    take: ({ partition, messages }) =>
      take(
        messages.map(({ offset, value, headers }) => {
          const decoded = value === null ? null : decodeLedgerMessage(value);
          return {
            place: `${name}[${partition}]@${offset}`,
            incarnation: Number(headers?.[INCARNATION_HEADER]?.toString() ?? 0),
            entry: decoded?.type === 'ledger_event' ? decoded.event : null,
          };
        }),
      ),
    stop,
  });
}
