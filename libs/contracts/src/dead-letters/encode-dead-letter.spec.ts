import { APPENDED_AT } from '../../test/a-usage-record';
import { type DeadLetter, encodeDeadLetter } from './encode-dead-letter';

function aDeadLetter(overrides: Partial<DeadLetter> = {}): DeadLetter {
  return {
    key: Buffer.from('org_acme'),
    value: Buffer.from([0xff, 0x00]),
    headers: [['ce_id', Buffer.from('evt_1')]],
    reason: 'invalid',
    faults: [{ pointer: '/data', detail: 'must be a JSON object' }],
    topic: 'usage.recorded.v1',
    partition: 3,
    offset: 41,
    parkedAt: APPENDED_AT,
    ...overrides,
  };
}

describe('encodeDeadLetter', () => {
  it('keeps the original bytes and adds what happened to them', () => {
    expect(encodeDeadLetter(aDeadLetter())).toEqual({
      key: Buffer.from('org_acme'),
      value: Buffer.from([0xff, 0x00]),
      headers: {
        ce_id: [Buffer.from('evt_1')],
        dead_letter_reason: 'invalid',
        dead_letter_faults: '[{"pointer":"/data","detail":"must be a JSON object"}]',
        dead_letter_topic: 'usage.recorded.v1',
        dead_letter_partition: '3',
        dead_letter_offset: '41',
        dead_letter_parked_at: '2026-11-23T10:00:01.123Z',
      },
    });
  });

  it('keeps repeated headers and strange names, and lets none of them forge a reason', () => {
    const [first, second] = [Buffer.from('a'), Buffer.from('b')];
    const { headers } = encodeDeadLetter(
      aDeadLetter({
        headers: [
          ['ce_id', first],
          ['ce_id', second],
          ['__proto__', first],
          ['dead_letter_reason', Buffer.from('conflict')],
        ],
      }),
    );
    expect(headers['ce_id']).toEqual([first, second]);
    expect(Object.keys(headers)).toContain('__proto__');
    expect(headers['dead_letter_reason']).toBe('invalid');
  });

  it('keeps a null key and a null value', () => {
    expect(encodeDeadLetter(aDeadLetter({ key: null, value: null }))).toMatchObject({ key: null, value: null });
  });
});
