import { aStream, postedUsage } from '../../test/a-ledger-event';
import { aModel, aRateCard, aTier, cents } from '../../test/a-rate-card';
import { at } from '../../test/a-usage-event';
import { sha256 } from '../../test/sha256';
import type { LedgerEvent, StreamHead } from '../ledger/ledger-event';
import type { RateCard } from '../pricing/rate-card';
import { type CorrectedCharge, correctedCharges, correctedSequence, standingCharge } from './corrected-charge';
import { RepriceBook } from './decide-reprice';
import { decideReversal } from './decide-reversal';
import { postReprice, postReversal, type Reversal } from './post-correction';

const NOW = at('2026-12-05T10:00:00Z');
const plan = { planVersion: 2, standing: 'overage', overageRate: cents('0.1') } as const;

function aCharge(stated: Parameters<typeof postedUsage>[1] = {}, context: Parameters<typeof postedUsage>[2] = {}) {
  const { event, head } = postedUsage(
    aStream(),
    { teamId: 'team_a', promptId: 'prm_1', ...stated },
    { plan, ...context },
  );
  return { charge: event, head, corrected: { charge: event, corrections: [] } satisfies CorrectedCharge };
}

const aReversal = (stated: Partial<Reversal> = {}): Reversal => ({
  reason: 'cut off',
  uncount: false,
  voiding: null,
  ...stated,
});

function after(head: StreamHead, corrected: CorrectedCharge, event: LedgerEvent) {
  return { head, corrected: { ...corrected, corrections: [...corrected.corrections, event] } };
}

describe('postReversal', () => {
  it('gives back what was charged, in the period of the charge, and names it', () => {
    const { charge, head, corrected } = aCharge();
    const { event } = postReversal(head, corrected, aReversal({ uncount: true }), NOW, sha256);
    expect(event).toMatchObject({
      sequence: 2,
      type: charge.type,
      amount: cents('0.35'),
      balanceAfter: cents('0'),
      occurredAt: charge.occurredAt,
      recordedAt: NOW,
      cause: { kind: 'reversal', id: '1' },
      usage: null,
      reason: 'cut off',
      correction: {
        requestId: 'req_1',
        provider: 'openai',
        model: 'gpt-4o',
        teamId: 'team_a',
        promptId: 'prm_1',
        plan,
        uncounted: true,
        price: null,
        repricePlan: null,
        voiding: null,
      },
    });
    expect([correctedSequence(event), correctedSequence(charge)]).toEqual([1, null]);
  });

  it('cannot be posted twice, nor take a request out that counted elsewhere', () => {
    const { head, corrected } = aCharge();
    const reversed = postReversal(head, corrected, aReversal(), NOW, sha256);
    const twice = after(reversed.head, corrected, reversed.event);
    expect(() => postReversal(twice.head, twice.corrected, aReversal(), NOW, sha256)).toThrow('reversed once');
    const repeated = aCharge({}, { requestAlreadyCounted: true, plan: { ...plan, standing: 'repeated' } });
    expect(() => postReversal(repeated.head, repeated.corrected, aReversal({ uncount: true }), NOW, sha256)).toThrow(
      'only the attempt',
    );
  });
});

describe('decideReversal', () => {
  it('refuses what is no charge, what was reversed, what costs nothing, and what did not count', () => {
    const { charge, head, corrected } = aCharge();
    const { event } = postReversal(head, corrected, aReversal(), NOW, sha256);
    const code = (...[entry, corrections, uncount]: Parameters<typeof decideReversal>): string => {
      const decision = decideReversal(entry, corrections, uncount);
      return decision.type === 'refused' ? decision.code : decision.type;
    };
    const free = aCharge({ cacheHit: true }).charge;
    const repeated = aCharge({}, { requestAlreadyCounted: true, plan: { ...plan, standing: 'repeated' } }).charge;
    expect(code(charge, [], false)).toBe('reversible');
    expect(code(charge, [event], false)).toBe('already_reversed');
    expect(code(event, [], false)).toBe('not_a_charge');
    expect([code(free, [], false), code(free, [], true)]).toEqual(['nothing_to_reverse', 'reversible']);
    expect([code(repeated, [], false), code(repeated, [], true)]).toEqual(['reversible', 'not_counted']);
  });
});

describe('RepriceBook', () => {
  const december = { start: at('2026-12-01T00:00:00Z'), end: null };
  const aCard = (version: number, input: string): RateCard => {
    const serviceTiers = { standard: [aTier({ input, output: '0.001' })] };
    return aRateCard({ version, inForce: december, models: [aModel({ serviceTiers })] });
  };
  const book = new RepriceBook([aRateCard(), aCard(2, '0.0001'), aCard(3, '0.001')], []);
  const right = (rateCardVersion: number) => ({ rateCardVersion, overrideVersion: 'kept' }) as const;

  it('finds what usage costs by the version that is named, whenever that is in force', () => {
    const { corrected } = aCharge();
    expect(book.decide(corrected, right(2))).toEqual({
      type: 'repriced',
      price: { rateCardVersion: 2, overrideVersion: null, markupBasisPoints: 0 },
      before: cents('0.35'),
      after: cents('0.2'),
    });
    expect(book.decide(corrected, right(3))).toMatchObject({ after: cents('1.1') });
    expect(book.decide(corrected, right(1))).toEqual({ type: 'unchanged', amount: cents('0.35') });
  });

  it('leaves alone what is free, what was reversed, and what the card has no rate for', () => {
    const { head, corrected } = aCharge();
    const { event } = postReversal(head, corrected, aReversal(), NOW, sha256);
    expect(book.decide(after(head, corrected, event).corrected, right(2))).toEqual({ type: 'reversed' });
    expect(book.decide(aCharge({ cacheHit: true }).corrected, right(2))).toMatchObject({ type: 'unchanged' });
    const audio = aCharge({ tokens: { input: 10, cacheReadInput: 10, output: 1 } }).corrected;
    expect(book.decide(audio, right(2))).toMatchObject({ type: 'unpriced', rate: { missing: 'cache_read_input' } });
  });

  it('leaves exactly the price after each reprice, and gives back exactly that when it is reversed', () => {
    let state = aCharge() as { head: StreamHead; corrected: CorrectedCharge };
    for (const version of [2, 3, 2]) {
      const decision = book.decide(state.corrected, right(version));
      if (decision.type !== 'repriced') throw new Error(decision.type);
      const { price, after: amount } = decision;
      const terms = { price, amount, repricePlan: version, reason: 'wrong card' };
      const posting = postReprice(state.head, state.corrected, terms, NOW, sha256);
      expect(posting.event.cause).toEqual({ kind: 'reprice', id: '1' });
      state = after(posting.head, state.corrected, posting.event);
      expect(standingCharge(state.corrected)).toEqual({ amount, price, isReversed: false });
      expect(book.decide(state.corrected, right(version))).toMatchObject({ type: 'unchanged' });
    }
    const { event } = postReversal(state.head, state.corrected, aReversal(), NOW, sha256);
    expect([event.amount, event.balanceAfter]).toEqual([cents('0.2'), cents('0')]);
  });
});

describe('correctedCharges', () => {
  it('brings charges together with what corrects them', () => {
    const { charge, head, corrected } = aCharge();
    const { event } = postReversal(head, corrected, aReversal(), NOW, sha256);
    expect(correctedCharges([charge, event])).toEqual([{ charge, corrections: [event] }]);
  });
});
