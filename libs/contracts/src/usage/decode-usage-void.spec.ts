import { instantOfMilliseconds, organizationIdOf, type UsageVoid } from '@floopy/domain';
import { APPENDED_AT, aUsageRecord, type JsonObject, OCCURRED_AT } from '../../test/a-usage-record';
import { rejection } from '../../test/rejection';
import { decodeUsageEvent } from './decode-usage-event';
import { encodeUsageVoid } from './encode-usage-event';

const VOID: UsageVoid = {
  organizationId: organizationIdOf('org_acme'),
  source: '/floopy/gateway/eu-1',
  id: 'evt_1',
  occurredAt: OCCURRED_AT,
  voided: { source: '/floopy/gateway/eu-2', id: 'evt_0' },
  reason: 'zweimal gesendet 🙂',
};

const headers = { ce_type: Buffer.from('ai.floopy.usage.voided.v1') };

function aBody(overrides: JsonObject = {}): JsonObject {
  return {
    organization_id: 'org_acme',
    source: '/floopy/gateway/eu-2',
    id: 'evt_0',
    reason: VOID.reason,
    ...overrides,
  };
}

function rejected(overrides: JsonObject): ReturnType<typeof rejection> {
  return rejection(decodeUsageEvent(aUsageRecord({ body: aBody(overrides), headers })));
}

describe('a void on the usage topic', () => {
  it('names an event of its organization, and why it was a mistake', () => {
    expect(decodeUsageEvent(aUsageRecord({ body: aBody(), headers }))).toEqual({ type: 'voided', event: VOID });
  });

  it.each(['binary', 'structured'] as const)('is read as it was written in %s mode', (mode) => {
    const decoded = decodeUsageEvent({ ...encodeUsageVoid(VOID, mode), appendedAt: APPENDED_AT });
    expect(decoded).toEqual({ type: 'voided', event: VOID });
  });

  it.each([
    [{ id: undefined, source: undefined, reason: undefined }, ['/data/source', '/data/id', '/data/reason']],
    [{ source: 'two words' }, ['/data/source']],
    [{ id: '' }, ['/data/id']],
    [{ reason: '  ' }, ['/data/reason']],
    [{ reason: 'nul \u0000' }, ['/data/reason']],
    [{ reason: 'half \ud83d' }, ['/data/reason']],
    [{ reason: 'x'.repeat(501) }, ['/data/reason']],
  ])('is invalid with %j', (overrides, pointers) => {
    expect(rejected(overrides)).toEqual({ reason: 'invalid', pointers });
  });

  it('is held to its key and to its clock like usage', () => {
    expect(rejected({ organization_id: 'org_other' })).toMatchObject({ reason: 'key_mismatch' });
    const late = encodeUsageVoid({ ...VOID, occurredAt: instantOfMilliseconds(APPENDED_AT + 600_000) });
    expect(rejection(decodeUsageEvent({ ...late, appendedAt: APPENDED_AT }))).toMatchObject({
      reason: 'too_far_in_future',
    });
  });

  it('ignores what later versions add', () => {
    expect(rejected({ approved_by: 'somebody' })).toBeNull();
  });
});
