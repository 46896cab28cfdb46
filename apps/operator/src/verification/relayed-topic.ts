import type { RelayedRecord, VerifyRelayPorts } from '@floopy/application';
import { decodeLedgerMessage, TOPICS } from '@floopy/contracts';
import { instantOfMilliseconds } from '@floopy/domain';
import { readLogOffsets, readRanges, topicExists } from '@floopy/kafka';
import { type DatabasePool, queriesOf, readEntriesNow, readRelayPositions } from '@floopy/postgres';
import { systemClock } from '@floopy/runtime';
import { NotReachable } from '../session/faults';
import type { Session } from '../session/session';

/** Where the relay hands entries on to, by the setting that it has for it. */
export interface RelayedTopic {
  readonly name: string;
  readonly ports: VerifyRelayPorts;
}

/** Retention takes what is older than this, and may be a little early by another clock. */
const CLOCK_GRACE_MS = 3_600_000;
const RETENTION_MS = TOPICS.billingLedger.retentionMs ?? 0;

/** Reaches the topic of ledger messages before anything is verified. @throws NotReachable, which says how to go without it */
export async function reachRelayedTopic(session: Session, pool: DatabasePool): Promise<RelayedTopic> {
  const name = session.surroundings.environment['LEDGER_TOPIC'] ?? TOPICS.billingLedger.name;
  const kafka = await session.kafka().catch((error: unknown) => {
    if (!(error instanceof NotReachable)) throw error;
    throw new NotReachable(`${error.message}. To leave out what was handed on to it, say --without-kafka.`, error);
  });
  const queries = queriesOf(pool);
  return {
    name,
    ports: {
      readRelayed: () => readRelayPositions(queries),
      readEntries: (places) => readEntriesNow(queries, places),
      async readTopic(take) {
        if (!(await topicExists(kafka, name))) return;
        const { watermarks } = await readLogOffsets(kafka, name, []);
        const ranges = Array.from(watermarks, ([partition, { low, high }]) => ({ partition, from: low, until: high }));
        await readRanges(kafka, {
          topic: name,
          ranges,
          take: ({ partition, messages }) =>
            take(messages.map(({ offset, value }) => recordOf(`${name}[${partition}]@${offset}`, value))),
          stop: session.stop,
        });
      },
      retainedSince: instantOfMilliseconds(systemClock() - RETENTION_MS + CLOCK_GRACE_MS),
    },
  };
}

function recordOf(place: string, value: Buffer | null): RelayedRecord {
  const decoded = value === null ? null : decodeLedgerMessage(value);
  return { place, entry: decoded?.type === 'ledger_event' ? decoded.event : null };
}
