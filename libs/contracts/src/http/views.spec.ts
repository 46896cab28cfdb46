import { calendarMonthOf, formatInstant, NO_TERMS, organizationIdOf } from '@floopy/domain';
import { aCharge, aPostedUsage, aReversal, cents } from '../../test/a-ledger-event';
import { OCCURRED_AT } from '../../test/a-usage-record';
import { encodeLedgerEntry } from '../ledger/ledger-entry';
import { balanceViewSchema, encodeBalanceView } from './balance-view';
import { encodeLoggedRequest, requestLogSchema } from './logged-request';
import { encodeUsedPeriods, monthlyUsageViewSchema } from './monthly-usage-view';
import { encodeProblem, problemSchema } from './problem';
import { encodeReceipt, requestReceiptsSchema } from './receipt-view';
import { spendViewSchema } from './spend-view';
import {
  encodeTeamBudgetsView,
  encodeTeamBudgetView,
  teamBudgetsViewSchema,
  teamBudgetViewSchema,
} from './team-budgets-view';
import { usageEventFateSchema } from './usage-event-fate';
import { encodeWatermark } from './watermark';

const organizationId = organizationIdOf('org_acme');
const watermark = encodeWatermark({ position: 2, recordedAt: OCCURRED_AT, lagMs: 0 });

describe('encodeBalanceView', () => {
  it('answers what the contract shows', () => {
    const view = encodeBalanceView({
      organizationId,
      balance: cents('99997.48575'),
      openHolds: cents('0'),
      period: calendarMonthOf(OCCURRED_AT),
      requestsUsed: 1,
      requestsIncluded: 1_000,
      forecast: { perDay: cents('2'), daysLeft: 49_998, zeroOn: OCCURRED_AT },
      requestsOverage: 0,
      overageIncurred: cents('0'),
      watermark: { position: 2, recordedAt: OCCURRED_AT, lagMs: 0 },
    });
    expect(view).toEqual({
      organization_id: 'org_acme',
      unit: 'cent',
      balance: '99997.4857500000',
      balance_shown: '99997',
      open_holds: '0.0000000000',
      available: '99997.4857500000',
      period: { start: '2026-11-01T00:00:00.000Z', end: '2026-12-01T00:00:00.000Z' },
      requests: { used: 1, included: 1000, remaining: 999, overage: 0 },
      overage_incurred: '0.0000000000',
      forecast: { per_day: '2.0000000000', days_left: 49_998, zero_on: formatInstant(OCCURRED_AT) },
      watermark: { position: 2, recorded_at: '2026-11-23T10:00:00.123Z', lag_seconds: 0 },
    });
    expect(balanceViewSchema.parse(view)).toEqual(view);
  });
});

describe('encodeWatermark', () => {
  it('has no time before the first entry, and a lag that is never negative', () => {
    expect(encodeWatermark({ position: 0, recordedAt: null, lagMs: -5 })).toEqual({
      position: 0,
      recorded_at: null,
      lag_seconds: 0,
    });
    expect(encodeWatermark({ position: 0, recordedAt: null, lagMs: 1_234.4 }).lag_seconds).toBe(1.234);
  });
});

describe('encodeReceipt', () => {
  it('writes the lines, the tier and the sum of a charge, with the override only where there is one', () => {
    const receipt = {
      rateCard: { id: 'public', version: 3, contentHash: 'ef'.repeat(32) },
      override: null,
      serviceTier: 'standard' as const,
      aboveInputTokens: 200_000,
      lines: [
        { tokenClass: 'input' as const, quantity: 2, unitPrice: cents('0.00025'), amount: cents('0.0005') },
        { tokenClass: 'request' as const, quantity: 1, unitPrice: cents('1'), amount: cents('1') },
      ],
      subtotal: cents('1.0005'),
      markupBasisPoints: 0,
      total: cents('1.0005'),
    };
    const view = encodeReceipt(receipt);
    expect(view).toEqual({
      rate_card: { id: 'public', version: 3, content_hash: 'ef'.repeat(32) },
      service_tier: 'standard',
      context_tier: 'above_200000',
      lines: [
        { token_class: 'input', quantity: 2, unit_price: '0.0002500000', amount: '0.0005000000' },
        { token_class: 'request', quantity: 1, unit_price: '1.0000000000', amount: '1.0000000000' },
      ],
      subtotal: '1.0005000000',
      markup_basis_points: 0,
      total: '1.0005000000',
    });
    expect(encodeReceipt({ ...receipt, override: { id: 'acme', version: 1 } })).toMatchObject({
      override: { id: 'acme', version: 1 },
    });
  });
});

describe('encodeLoggedRequest', () => {
  it('shows a charge as a cost, in the log and on the receipt of its request', () => {
    const request = encodeLoggedRequest({
      charge: { ...aCharge(), usage: aPostedUsage({ teamId: 'team_search' }) },
      corrections: [],
    });
    expect(request).toMatchObject({ cost: '2.5142500000', team_id: 'team_search', usage: { output_tokens: 678 } });
    expect(Object.keys(request)).not.toContain('session_id');
    const common = { organization_id: 'org_acme', watermark };
    const log = { ...common, requests: [request], next_cursor: null };
    expect(requestLogSchema.parse(log)).toEqual(log);
    const charges = [{ entry: encodeLedgerEntry(aCharge()), request, receipt: null, corrections: [] }];
    const receipts = { ...common, request_id: 'req_7Qd', charges, total: request.cost };
    expect(requestReceiptsSchema.parse(receipts)).toEqual(receipts);
  });

  it('shows what was free as zero, without a sign', () => {
    const charge = { ...aCharge({ amount: cents('0') }), usage: aPostedUsage() };
    expect(encodeLoggedRequest({ charge, corrections: [] }).cost).toBe('0.0000000000');
  });

  it('shows beside the charge what was given back of it, and what is left', () => {
    const charge = { ...aCharge(), usage: aPostedUsage() };
    expect(encodeLoggedRequest({ charge, corrections: [aReversal()] })).toMatchObject({
      cost: '2.5142500000',
      corrections: [{ sequence: 3, kind: 'reversal', amount: '2.5142500000', reason: 'served twice', uncounted: true }],
      net_cost: '0.0000000000',
    });
  });
});

describe('encodeUsedPeriods', () => {
  it('brings both origins of a period together, and keeps the order of the periods', () => {
    const november = calendarMonthOf(OCCURRED_AT);
    const december = calendarMonthOf(november.end);
    const month = (period: typeof november, origin: 'gateway' | 'playground', requests: number, spend: string) => ({
      periodStart: period.start,
      periodEnd: period.end,
      origin,
      requests,
      spend: cents(spend),
    });
    const periods = encodeUsedPeriods([
      month(november, 'gateway', 2, '1.5'),
      month(november, 'playground', 3, '0.5'),
      month(december, 'playground', 1, '0'),
    ]);
    expect(periods).toEqual([
      {
        period: { start: '2026-11-01T00:00:00.000Z', end: '2026-12-01T00:00:00.000Z' },
        requests: { gateway: 2, playground: 3 },
        spend: '2.0000000000',
      },
      {
        period: { start: '2026-12-01T00:00:00.000Z', end: '2027-01-01T00:00:00.000Z' },
        requests: { gateway: 0, playground: 1 },
        spend: '0.0000000000',
      },
    ]);
    const view = { organization_id: 'org_acme', unit: 'cent', periods, watermark };
    expect(monthlyUsageViewSchema.parse(view)).toEqual(view);
  });
});

describe('spendViewSchema', () => {
  it('takes groups of one or two dimensions, whose values may be absent', () => {
    const groups = [{ key: { team: null, day: '2026-11-23' }, requests: 1, spend: '2.5142500000' }];
    const view = { organization_id: 'org_acme', unit: 'cent', group_by: ['team', 'day'], groups, watermark };
    expect(spendViewSchema.parse({ ...view, total: '2.5142500000' })).toMatchObject({ groups });
    expect(spendViewSchema.safeParse({ ...view, total: '2.51425' }).success).toBe(false);
    expect(spendViewSchema.safeParse({ ...view, total: '0.0000000000', group_by: [] }).success).toBe(false);
  });
});

describe('encodeTeamBudgetsView', () => {
  const line = { limit: null, spent: cents('1.5'), held: cents('0'), remaining: null, requests: 2 };
  const reading = {
    organizationId,
    terms: NO_TERMS,
    period: calendarMonthOf(OCCURRED_AT),
    lines: [
      { ...line, teamId: 'team_search', limit: cents('10'), remaining: cents('8.5') },
      { ...line, teamId: null },
    ],
    watermark,
  };

  it('sums its lines, of which the one without a team has none', () => {
    const view = encodeTeamBudgetsView(reading);
    expect(view).toMatchObject({
      budgets: [
        { team_id: 'team_search', limit: '10.0000000000', spent: '1.5000000000', remaining: '8.5000000000' },
        { team_id: null, limit: null, remaining: null, requests: 2 },
      ],
      spent: '3.0000000000',
      terms_version: 0,
    });
    expect(teamBudgetsViewSchema.parse(view)).toEqual(view);
  });

  it('shows one team, also one of which nothing is known', () => {
    expect(encodeTeamBudgetView(reading, 'team_search')).toMatchObject({ team_id: 'team_search', requests: 2 });
    const unknown = encodeTeamBudgetView(reading, 'team_x');
    expect(unknown).toMatchObject({ team_id: 'team_x', limit: null, spent: '0.0000000000', remaining: null });
    expect(teamBudgetViewSchema.parse(unknown)).toEqual(unknown);
  });
});

describe('usageEventFateSchema', () => {
  const identity = { organization_id: 'org_acme', source: '/floopy/gateway/eu-1', event_id: 'evt_1' };

  it.each([
    { ...identity, status: 'applied', position: 2 },
    { ...identity, status: 'parked', reason: 'conflict', faults: [], parked_at: '2026-11-23T10:00:00.123Z' },
    { ...identity, status: 'unknown' },
  ])('takes $status', (fate) => {
    expect(usageEventFateSchema.parse(fate)).toEqual(fate);
  });

  it('refuses to be applied nowhere', () => {
    expect(usageEventFateSchema.safeParse({ ...identity, status: 'applied' }).success).toBe(false);
  });
});

describe('encodeProblem', () => {
  it('names the status, the title and the faulty fields', () => {
    const errors = [{ pointer: '/amount', detail: 'is required' }];
    expect(encodeProblem('invalid_request', 'one field is at fault', errors)).toEqual({
      type: 'urn:floopy:problem:invalid_request',
      title: 'The request is not valid',
      status: 400,
      detail: 'one field is at fault',
      code: 'invalid_request',
      errors,
    });
  });

  it('has no errors where there is none to name', () => {
    const problem = encodeProblem('position_not_reached', 'position 7 was not reached');
    expect(Object.keys(problem)).not.toContain('errors');
    expect(problemSchema.parse(problem)).toEqual(problem);
  });
});
