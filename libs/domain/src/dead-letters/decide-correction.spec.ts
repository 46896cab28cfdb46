import { organizationIdOf } from '../organization/organization';
import { type ParkedIdentity, decideCorrection, needsReissue, reissuedIdentity } from './decide-correction';

const PARKED: ParkedIdentity = {
  reason: 'invalid',
  organizationId: 'org_acme',
  source: '/floopy/gateway/eu-1',
  eventId: 'evt_1',
};
const STATED = { organizationId: organizationIdOf('org_acme'), source: '/floopy/gateway/eu-1', id: 'evt_1' };

function decide(
  parked: Partial<ParkedIdentity>,
  { isReissued = false, ...stated }: Partial<typeof STATED> & { isReissued?: boolean } = {},
): string {
  const decision = decideCorrection({ ...PARKED, ...parked }, { ...STATED, ...stated }, isReissued);
  return decision.type === 'accepted' ? 'accepted' : decision.code;
}

describe('decideCorrection', () => {
  it('accepts what says to be the same event', () => {
    expect(decide({})).toBe('accepted');
    expect(decide({ reason: 'unpriced' })).toBe('accepted');
  });

  it.each([{ source: '/floopy/gateway/eu-2' }, { id: 'evt_2' }, { organizationId: organizationIdOf('org_globex') }])(
    'refuses what says to be another event: %j',
    (stated) => {
      expect(decide({}, stated)).toBe('identity_changed');
    },
  );

  it('lets another organization be named where it is the organization that was wrong', () => {
    const organizationId = organizationIdOf('org_globex');
    expect(decide({ reason: 'unknown_organization' }, { organizationId })).toBe('accepted');
    expect(decide({ reason: 'key_mismatch' }, { organizationId })).toBe('accepted');
    expect(decide({ reason: 'key_mismatch' }, { organizationId, id: 'evt_2' })).toBe('identity_changed');
  });

  it('wants an identity of the operator where the own one is taken, or cannot be read', () => {
    expect(decide({ reason: 'conflict' })).toBe('identity_taken');
    expect(decide({ reason: 'undecodable', eventId: null })).toBe('identity_unreadable');
    expect(decide({ reason: 'conflict' }, { isReissued: true, id: 'dead-letter-7' })).toBe('accepted');
    expect(decide({ source: null }, { isReissued: true, source: '/floopy/operator/ada' })).toBe('accepted');
  });

  it('refuses an identity of the operator where the producer may still send the event under its own', () => {
    expect(decide({ reason: 'unpriced' }, { isReissued: true, id: 'dead-letter-7' })).toBe('identity_free');
    expect(needsReissue({ ...PARKED, reason: 'undecodable' })).toBe(false);
  });
});

describe('reissuedIdentity', () => {
  it('names the operator and the dead letter, in the characters of a source', () => {
    expect(reissuedIdentity('ada@host', 7)).toEqual({ source: '/floopy/operator/ada@host', id: 'dead-letter-7' });
    const { source } = reissuedIdentity(`Ada Lovelace \ud800 ${'x'.repeat(200)}`, 7);
    expect(source).toMatch(/^\/floopy\/operator\/Ada-Lovelace-[-x]{1,90}$/);
    expect(source.length).toBeLessThanOrEqual(128);
  });
});
