import type { AskedOffsets, PartitionStanding, ProvenPartition } from '@floopy/application';
import { type Instant, parseInstant } from '@floopy/domain';
import { type LogOffsets, readLogOffsets, topicExists } from '@floopy/kafka';
import { InvalidArgumentError } from 'commander';
import { WrongUsage } from '../session/faults';
import type { Session } from '../session/session';

/** Of any topic. */
export const MAX_PARTITION = 100_000;

/** A place in the log of every partition that is meant. */
export type LogPlace =
  | { readonly type: 'earliest' }
  | { readonly type: 'offset'; readonly offset: number }
  | { readonly type: 'time'; readonly at: Instant };

/** What of a topic is meant: whole partitions where nothing is said. */
export interface LogSelection {
  readonly topic: string;
  readonly partition?: number;
  readonly from: LogPlace;
  readonly to?: LogPlace;
}

/** The offsets that are meant, partition by partition, and where the log stands there. */
export interface SelectedOffsets {
  readonly asked: readonly AskedOffsets[];
  readonly watermarks: LogOffsets['watermarks'];
}

/** Parses a place, for an option. */
export function placeOption(text: string): LogPlace {
  const place = placeIn(text);
  if (place !== null) return place;
  throw new InvalidArgumentError('It must be "earliest", an offset, or an RFC 3339 time such as 2026-12-01T00:00:00Z.');
}

/** Null when a text names no place. */
export function placeIn(text: string): LogPlace | null {
  if (text === 'earliest') return { type: 'earliest' };
  if (/^\d{1,15}$/.test(text)) return { type: 'offset', offset: Number(text) };
  const at = parseInstant(text);
  return at === null ? null : { type: 'time', at };
}

/** Asks the brokers which offsets a selection means. @throws WrongUsage when there is no such topic or partition */
export async function selectOffsets(session: Session, selection: LogSelection): Promise<SelectedOffsets> {
  const { topic, partition, from, to } = selection;
  const kafka = await session.kafka();
  if (!(await topicExists(kafka, topic))) {
    throw new WrongUsage(`There is no topic ${topic}; "topics status" lists those of the contract.`);
  }
  const places = [from, ...(to === undefined ? [] : [to])];
  const moments = places.flatMap((place) => (place.type === 'time' ? [place.at] : []));
  const { watermarks, at } = await readLogOffsets(kafka, topic, moments);
  if (partition !== undefined && !watermarks.has(partition)) {
    throw new WrongUsage(`${topic} has no partition ${partition}: it has ${watermarks.size}, from 0.`);
  }
  const offsetAt = (place: LogPlace | undefined, one: number): number | null => {
    if (place === undefined || place.type === 'earliest') return null;
    if (place.type === 'offset') return place.offset;
    return at[moments.indexOf(place.at)]?.get(one) ?? null;
  };
  const partitions = partition === undefined ? [...watermarks.keys()] : [partition];
  const asked = partitions
    .toSorted((left, right) => left - right)
    .map((one) => ({ partition: one, from: offsetAt(from, one), until: offsetAt(to, one) }));
  return { asked, watermarks };
}

/** Where each partition stands, in the log and by its row. */
export function standingsOf(
  { watermarks }: Pick<SelectedOffsets, 'watermarks'>,
  recorded: readonly ProvenPartition[],
): PartitionStanding[] {
  const byPartition = new Map(recorded.map((one) => [one.partition, one]));
  return [...watermarks].map(([partition, { low, high }]) => {
    const { firstOffset = null, nextOffset = null } = byPartition.get(partition) ?? {};
    return { partition, low, high, firstOffset, nextOffset };
  });
}
