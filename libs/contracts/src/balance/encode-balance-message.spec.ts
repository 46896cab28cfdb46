import { amountOfUnits, calendarMonthOf, organizationIdOf } from '@floopy/domain';
import { APPENDED_AT } from '../../test/a-usage-record';
import { balanceMessageSchema } from './balance-message-schema';
import { encodeBalanceMessage, encodeCountedRequests, type PositionedBalance } from './encode-balance-message';

function aBalance(overrides: Partial<PositionedBalance> = {}): PositionedBalance {
  return {
    organizationId: organizationIdOf('org_acme'),
    balance: amountOfUnits(999_974_857_500_000n),
    period: calendarMonthOf(APPENDED_AT),
    requestsUsed: 1,
    requestsIncluded: 1_000,
    requestsOverage: 0,
    plan: { id: 'free', version: 1 },
    termsVersion: 0,
    position: 2,
    recordedAt: APPENDED_AT,
    incarnation: 0,
    ...overrides,
  };
}

describe('encodeBalanceMessage', () => {
  it('says of which history it is once a ledger was put back', () => {
    const { headers } = encodeBalanceMessage(aBalance({ incarnation: 1_795_000_000_000 }));
    expect(headers).toMatchObject({ ce_id: 'org_acme:1795000000000:2', ce_incarnation: '1795000000000' });
    expect(encodeBalanceMessage(aBalance()).headers).not.toHaveProperty('ce_incarnation');
  });

  it('writes the newest balance under the key of its organization', () => {
    const record = encodeBalanceMessage(aBalance());
    expect(record.key.toString()).toBe('org_acme');
    expect(record.headers).toMatchObject({ ce_id: 'org_acme:2', ce_type: 'ai.floopy.billing.balance.v1' });
    expect(JSON.parse(record.value.toString())).toEqual({
      organization_id: 'org_acme',
      unit: 'cent',
      balance: '99997.4857500000',
      balance_shown: '99997',
      period: { start: '2026-11-01T00:00:00.000Z', end: '2026-12-01T00:00:00.000Z' },
      requests: { used: 1, included: 1000, remaining: 999, overage: 0 },
      plan: { id: 'free', version: 1 },
      terms_version: 0,
      position: 2,
      recorded_at: '2026-11-23T10:00:01.123Z',
    });
  });

  it('shows a debt rounded towards minus infinity', () => {
    const { value } = encodeBalanceMessage(aBalance({ balance: amountOfUnits(-1n) }));
    const message = balanceMessageSchema.parse(JSON.parse(value.toString()));
    expect(message).toMatchObject({ balance: '-0.0000000001', balance_shown: '-1' });
  });
});

describe('encodeCountedRequests', () => {
  const counted = (requestsUsed: number, requestsOverage: number) =>
    encodeCountedRequests({ requestsUsed, requestsIncluded: 1_000, requestsOverage });

  it('leaves nothing past the allowance, whether it is billed or not', () => {
    expect(counted(1_000, 0)).toEqual({ used: 1_000, included: 1_000, remaining: 0, overage: 0 });
    expect(counted(1_003, 2)).toEqual({ used: 1_003, included: 1_000, remaining: 0, overage: 2 });
  });

  it('keeps what was billed before an upgrade', () => {
    expect(counted(900, 50)).toEqual({ used: 900, included: 1_000, remaining: 100, overage: 50 });
  });
});
