import * as fc from 'fast-check';
import { aStream, postedUsage } from '../../test/a-ledger-event';
import { aModel, aRateCard, aTier } from '../../test/a-rate-card';
import { at } from '../../test/a-usage-event';
import { sha256 } from '../../test/sha256';
import type { LedgerEvent, StreamHead } from '../ledger/ledger-event';
import { formatAmount, ZERO_AMOUNT } from '../money/amount';
import { type CorrectedCharge, correctedCharges, standingCharge } from './corrected-charge';
import { RepriceBook } from './decide-reprice';
import { decideReversal } from './decide-reversal';
import { postReprice, postReversal } from './post-correction';

const VERSIONS = [1, 2, 3, 4];
/** Dearer and cheaper ones, one that is free, and none that is in force when the usage occurs. */
const BOOK = new RepriceBook(
  VERSIONS.map((version) => {
    const serviceTiers = {
      standard: [aTier({ input: ['0.00025', '0.001', '0', '0.00001'][version - 1] ?? '0', output: '0' })],
    };
    return aRateCard({
      version,
      inForce: { start: at('2027-01-01T00:00:00Z'), end: null },
      models: [aModel({ serviceTiers })],
    });
  }),
  [],
);

const act = fc.record({
  charge: fc.nat({ max: 3 }),
  act: fc.oneof(
    fc.record({ type: fc.constant('reverse' as const), uncount: fc.boolean() }),
    fc.record({ type: fc.constant('reprice' as const), version: fc.constantFrom(...VERSIONS) }),
  ),
});

describe('corrections of charges, in any order and however often', () => {
  it('never give back more than was charged, reverse once, and sum with the charges to the balance', () => {
    let reversed = 0;
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: 5_000 }), { minLength: 4, maxLength: 4 }),
        fc.array(act, { maxLength: 30 }),
        (inputs, acts) => {
          const ledger: LedgerEvent[] = [];
          let head: StreamHead = aStream();
          const append = (posted: { readonly event: LedgerEvent; readonly head: StreamHead }): void => {
            ledger.push(posted.event);
            head = posted.head;
          };
          for (const [n, input] of inputs.entries()) {
            append(postedUsage(head, { id: `evt_${n}`, requestId: `req_${n}`, tokens: { input } }));
          }
          for (const [index, { charge, act: each }] of acts.entries()) {
            const corrected = correctedCharges(ledger)[charge] as CorrectedCharge;
            const now = at('2026-12-01T00:00:00Z');
            if (each.type === 'reverse') {
              const decision = decideReversal(corrected.charge, corrected.corrections, each.uncount);
              const reversal = { reason: 'r', uncount: each.uncount, voiding: null };
              if (decision.type === 'reversible') append(postReversal(head, corrected, reversal, now, sha256));
            } else {
              const decision = BOOK.decide(corrected, { rateCardVersion: each.version, overrideVersion: 'kept' });
              const terms = { repricePlan: index, reason: 'r' };
              if (decision.type === 'repriced') {
                append(
                  postReprice(
                    head,
                    corrected,
                    { ...terms, price: decision.price, amount: decision.after },
                    now,
                    sha256,
                  ),
                );
              }
            }
          }
          let balance = 0n;
          for (const event of ledger) {
            balance += event.amount;
            expect(formatAmount(event.balanceAfter)).toBe(formatAmount(balance as typeof ZERO_AMOUNT));
          }
          let standing = 0n;
          for (const corrected of correctedCharges(ledger)) {
            const { amount, isReversed } = standingCharge(corrected);
            const kinds = corrected.corrections.map(({ cause }) => cause.kind);
            expect(amount >= ZERO_AMOUNT).toBe(true);
            expect(kinds.filter((kind) => kind === 'reversal').length).toBe(isReversed ? 1 : 0);
            expect(isReversed ? amount : ZERO_AMOUNT).toBe(ZERO_AMOUNT);
            expect(kinds.indexOf('reversal')).toBe(isReversed ? kinds.length - 1 : -1);
            if (isReversed) reversed += 1;
            standing += amount;
          }
          expect(-balance).toBe(standing);
        },
      ),
      { numRuns: 300 },
    );
    expect(reversed).toBeGreaterThan(100);
  });
});
