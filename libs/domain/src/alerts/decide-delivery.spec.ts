import { at } from '../../test/a-usage-event';
import { type Instant, instantOfMilliseconds } from '../time/instant';
import { decideDelivery, type DeliveryDecision } from './decide-delivery';

const FIRED_AT = at('2026-11-23T12:00:00Z');
const PATIENCE_MS = 72 * 3_600_000;
const FAILED = { type: 'failed', reason: 'answered 500' } as const;

function after(milliseconds: number): Instant {
  return instantOfMilliseconds(FIRED_AT + milliseconds);
}

function failed(attempts: number, now = FIRED_AT, failingSince: Instant | null = FIRED_AT): DeliveryDecision {
  return decideDelivery({ attempts, firedAt: FIRED_AT, failingSince }, FAILED, now, PATIENCE_MS);
}

describe('decideDelivery', () => {
  it('tries again after 1 s, 5 s, 30 s, 2 min, 10 min, and then every hour', () => {
    const waits = [1, 2, 3, 4, 5, 6, 7, 50].map((attempts) => {
      const decision = failed(attempts);
      return decision.type === 'retried' ? (decision.at - FIRED_AT) / 1_000 : decision.type;
    });
    expect(waits).toEqual([1, 5, 30, 120, 600, 3_600, 3_600, 3_600]);
  });

  it('gives a receiver up that has failed for as long as anybody waits, and not a millisecond before', () => {
    expect(failed(70, after(PATIENCE_MS - 1)).type).toBe('retried');
    expect(failed(70, after(PATIENCE_MS))).toEqual({ type: 'endpoint_disabled', reason: 'answered 500' });
  });

  it('gives only the alert up when the receiver took others meanwhile', () => {
    const lately = after(PATIENCE_MS - 1_000);
    expect(failed(70, after(PATIENCE_MS), lately)).toEqual({ type: 'given_up', reason: 'answered 500' });
    expect(failed(70, after(PATIENCE_MS), null).type).toBe('given_up');
  });

  it('gives a receiver up at once that says that it is gone', () => {
    const attempt = { attempts: 1, firedAt: FIRED_AT, failingSince: null };
    const ending = { type: 'rejected', reason: 'answered 410' } as const;
    expect(decideDelivery(attempt, ending, FIRED_AT, PATIENCE_MS)).toMatchObject({ type: 'endpoint_disabled' });
  });

  it('is done with what was sent, however late', () => {
    const attempt = { attempts: 99, firedAt: FIRED_AT, failingSince: FIRED_AT };
    expect(decideDelivery(attempt, { type: 'sent' }, after(PATIENCE_MS), PATIENCE_MS)).toEqual({ type: 'delivered' });
  });
});
