import type { CountedBefore, CountedPlace } from '@floopy/application';
import { int4Array, int8Array, textArray, timestamptzArray } from '../connection/binary-array';
import type { Queries } from '../connection/queries';
import { COUNT_CHANGE } from '../ledger/count-change';

/** With more periods of organizations than that, all of them are counted anew. */
const MAX_HELD_COUNTS = 100_000;

interface PeriodCount {
  /** The position up to which it is counted. */
  readonly sequence: number;
  readonly requests: number;
}

/** A stretch of a stream whose requests of one period are to be counted, ends included. */
interface Stretch {
  readonly place: CountedPlace;
  readonly first: number;
  readonly last: number;
}

/**
 * Counts what had counted before given positions, from the entries before them. Where a period was counted to is held, so
 * that each entry is looked at about once, however many positions are asked for.
 */
export class CountsBefore {
  private readonly held = new Map<string, PeriodCount>();

  constructor(private readonly queries: Queries) {}

  /** In the order of the places. */
  async of(places: readonly CountedPlace[]): Promise<CountedBefore[]> {
    if (places.length === 0) return [];
    if (this.held.size > MAX_HELD_COUNTS) this.held.clear();
    const counts = await this.countPeriods(places);
    const firstCounted = await this.findFirstCounted(places);
    return places.map((place, index) => ({
      requestsCounted: counts[index] ?? 0,
      requestAlreadyCounted: (firstCounted[index] ?? Number.POSITIVE_INFINITY) < place.sequence,
    }));
  }

  /** The places of one period are walked in the order of their positions, from where the last walk ended. */
  private async countPeriods(places: readonly CountedPlace[]): Promise<number[]> {
    const order = places
      .map((_, index) => index)
      .sort((one, other) => sequenceAt(places, one) - sequenceAt(places, other));
    const ends = new Map<string, number>();
    const stretches = order.map((index): Stretch => {
      const place = places[index] as CountedPlace;
      const key = keyOf(place);
      const from = ends.get(key) ?? this.held.get(key)?.sequence ?? 0;
      const until = place.sequence - 1;
      ends.set(key, until);
      return { place, first: Math.min(from, until) + 1, last: Math.max(from, until) };
    });
    const counted = await this.countStretches(stretches);
    const counts: number[] = [];
    for (const [step, index] of order.entries()) {
      const place = places[index] as CountedPlace;
      const before = this.held.get(keyOf(place)) ?? { sequence: 0, requests: 0 };
      const isForward = place.sequence - 1 >= before.sequence;
      const requests = before.requests + (isForward ? 1 : -1) * (counted[step] ?? 0);
      this.held.set(keyOf(place), { sequence: place.sequence - 1, requests });
      counts[index] = requests;
    }
    return counts;
  }

  private async countStretches(stretches: readonly Stretch[]): Promise<number[]> {
    const rows = await this.queries.query<{ place: number; requests: string }>({
      name: 'count_stretches',
      // Bounded by position alone, which is what its index is for: the stretches of a period lie one behind the other.
      text: `
        SELECT wanted.place::int4, counted.requests
          FROM unnest($1::int4[], $2::int8[], $3::int8[], $4::timestamptz[], $5::timestamptz[])
               WITH ORDINALITY AS wanted (organization_key, first, last, period_start, period_end, place)
         CROSS JOIN LATERAL (
                 SELECT coalesce(sum(${COUNT_CHANGE}) FILTER (WHERE occurred_at >= wanted.period_start
                                                               AND occurred_at < wanted.period_end), 0) AS requests
                   FROM ledger_event
                  WHERE ledger_event.organization_key = wanted.organization_key
                    AND sequence BETWEEN wanted.first AND wanted.last
               ) AS counted`,
      values: [
        int4Array(stretches.map(({ place }) => place.organizationKey)),
        int8Array(stretches.map(({ first }) => first)),
        int8Array(stretches.map(({ last }) => last)),
        timestamptzArray(stretches.map(({ place }) => place.period.start)),
        timestamptzArray(stretches.map(({ place }) => place.period.end)),
      ],
    });
    const counts: number[] = [];
    for (const { place, requests } of rows) counts[place - 1] = Number(requests);
    return counts;
  }

  /** The first position at which each place's request has counted; undefined where it never has. */
  private async findFirstCounted(places: readonly CountedPlace[]): Promise<(number | undefined)[]> {
    const rows = await this.queries.query<{ place: number; sequence: string }>({
      name: 'find_first_counted',
      text: `
        SELECT wanted.place::int4, min(attempt.sequence) AS sequence
          FROM unnest($1::int4[], $2::text[]) WITH ORDINALITY AS wanted (organization_key, request_id, place)
          JOIN ledger_event AS attempt
            ON attempt.organization_key = wanted.organization_key
           AND hashtextextended(attempt.request_id, 0) = hashtextextended(wanted.request_id, 0)
           AND attempt.request_id = wanted.request_id
         WHERE attempt.counted
         GROUP BY wanted.place`,
      values: [
        int4Array(places.map(({ organizationKey }) => organizationKey)),
        textArray(places.map(({ requestId }) => requestId)),
      ],
    });
    const first: (number | undefined)[] = places.map(() => undefined);
    for (const { place, sequence } of rows) first[place - 1] = Number(sequence);
    return first;
  }
}

function sequenceAt(places: readonly CountedPlace[], index: number): number {
  return places[index]?.sequence ?? 0;
}

function keyOf({ organizationKey, period }: CountedPlace): string {
  return `${organizationKey} ${period.start} ${period.end}`;
}
