import { aCatalogue, aPlan, termsAfter } from '../../test/a-plan';
import { at, aUsageEvent } from '../../test/a-usage-event';
import { NO_TERMS } from '../organization/terms';
import type { Instant } from '../time/instant';
import { earlierPeriods, OpenPeriods, type PostingTerms } from './open-periods';

const NOVEMBER = at('2026-11-01T00:00:00Z');
const OCTOBER = at('2026-10-01T00:00:00Z');

function posting(stated: Partial<PostingTerms> = {}): PostingTerms {
  return {
    terms: NO_TERMS,
    plans: aCatalogue(aPlan({ includedRequests: 2 })),
    latest: { periodStart: NOVEMBER, requests: 1 },
    countedEarlier: () => {
      throw new Error('nothing reaches back');
    },
    ...stated,
  };
}

function standings(periods: OpenPeriods, ...times: string[]): string[] {
  return times.map((text) => periods.place(aUsageEvent({ occurredAt: at(text) }), false).standing);
}

describe('OpenPeriods', () => {
  const now = at('2026-12-02T00:00:00Z');

  it('goes on counting where the latest period stood, and begins a later one at nothing', () => {
    const periods = new OpenPeriods(posting(), now);
    expect(
      standings(
        periods,
        '2026-11-30T00:00:00Z',
        '2026-12-01T00:00:00Z',
        '2026-11-30T23:59:59.999Z',
        '2026-12-01T00:00:01Z',
      ),
    ).toEqual(['included', 'included', 'excess_unbilled', 'included']);
    expect(periods.latest()).toEqual({ periodStart: at('2026-12-01T00:00:00Z'), requests: 2 });
  });

  it('asks how many requests an earlier period had, and leaves the latest as it was', () => {
    const counted = new Map<Instant, number>([[OCTOBER, 1]]);
    const periods = new OpenPeriods(posting({ countedEarlier: (start) => counted.get(start) ?? 0 }), now);
    expect(standings(periods, '2026-10-05T00:00:00Z', '2026-10-06T00:00:00Z')).toEqual(['included', 'excess_unbilled']);
    expect(standings(periods, '2026-09-05T00:00:00Z')).toEqual(['included']);
    expect(periods.latest()).toBeNull();
  });

  it('counts nothing for attempts that were counted before or are not counted', () => {
    const periods = new OpenPeriods(posting({ latest: null }), now);
    expect(periods.place(aUsageEvent(), true).standing).toBe('repeated');
    expect(periods.place(aUsageEvent({ outcome: 'blocked' }), false).standing).toBe('exempt');
    expect(periods.latest()).toBeNull();
    expect(standings(periods, '2026-11-05T00:00:00Z')).toEqual(['included']);
    expect(periods.latest()).toEqual({ periodStart: NOVEMBER, requests: 1 });
  });

  it('finds the plan of each period', () => {
    const terms = termsAfter(['2026-12-01T00:00:00Z', { type: 'plan', planId: 'pro' }]);
    const periods = new OpenPeriods(posting({ terms, plans: aCatalogue() }), now);
    expect(periods.planFor(at('2026-11-30T00:00:00Z')).id).toBe('free');
    expect(periods.planFor(at('2026-12-01T00:00:00Z')).id).toBe('pro');
  });
});

describe('earlierPeriods', () => {
  it('are none when nothing occurred before the latest period', () => {
    expect(earlierPeriods(posting(), [NOVEMBER, at('2026-12-05T00:00:00Z')])).toEqual([]);
    expect(earlierPeriods(posting({ latest: null }), [at('2020-01-01T00:00:00Z')])).toEqual([]);
  });

  it('are those that usage reaches back to, each once', () => {
    const occurred = [at('2026-10-05T00:00:00Z'), at('2026-10-06T00:00:00Z'), NOVEMBER, at('2026-08-31T00:00:00Z')];
    expect(earlierPeriods(posting(), occurred)).toEqual([OCTOBER, at('2026-08-01T00:00:00Z')]);
  });
});
