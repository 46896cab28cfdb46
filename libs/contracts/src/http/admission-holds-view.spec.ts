import { instantOfMilliseconds, NO_OVERSHOOT } from '@floopy/domain';
import { cents } from '../../test/a-ledger-event';
import { encodeHoldsView, holdsViewSchema } from './admission-holds-view';
import { admissionReleaseViewSchema, encodeAdmissionRelease } from './admission-release-view';

describe('encodeHoldsView', () => {
  it('shows what is open and leaked, and by how much the credits are overdrawn', () => {
    const caused = { ...NO_OVERSHOOT.caused, late_settlement: cents('3'), refund: cents('1') };
    const hold = {
      holdId: 'hld_1',
      requestId: 'req_1',
      attemptId: null,
      teamId: 'team_search',
      amount: cents('1.5'),
      admittedAt: instantOfMilliseconds(Date.UTC(2026, 10, 23, 10)),
      expiresAt: instantOfMilliseconds(Date.UTC(2026, 10, 23, 10, 10)),
    };
    const view = encodeHoldsView({
      organizationId: 'org_acme',
      holds: [hold],
      openHolds: 1,
      held: cents('1.5'),
      openRequests: 1,
      leaked: { holds: 2, amount: cents('0.5') },
      leakedHolds: [{ ...hold, holdId: 'hld_0' }],
      overshoot: { caused, recovered: cents('1.5') },
      budgetOvershoot: { ...NO_OVERSHOOT, caused: { ...NO_OVERSHOOT.caused, lowered_limit: cents('7') } },
      recoveringUntil: null,
      watermark: { position: 7 },
    });
    expect(view.holds).toMatchObject([{ id: 'hld_1', team_id: 'team_search', amount: '1.5000000000' }]);
    expect(view.leaked_holds).toMatchObject([{ id: 'hld_0', request_id: 'req_1' }]);
    expect(view.budget_overshoot).toMatchObject({ lowered_limit: '7.0000000000', standing: '7.0000000000' });
    expect(view.overshoot).toMatchObject({ late_settlement: '3.0000000000', standing: '2.5000000000' });
    expect(holdsViewSchema.parse(view)).toEqual(view);
  });
});

describe('encodeAdmissionRelease', () => {
  it('names the attempt, and what became of its hold', () => {
    const view = encodeAdmissionRelease('org_acme', { requestId: 'req_1', attemptId: 'a' }, 'released');
    const named = { organization_id: 'org_acme', request_id: 'req_1', attempt_id: 'a' };
    expect(view).toEqual({ ...named, outcome: 'released' });
    expect(admissionReleaseViewSchema.parse(view)).toEqual(view);
  });
});
