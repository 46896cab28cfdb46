import { type Digest, GENESIS_HASH } from '@floopy/domain';
import { A_HASH, aCharge, aCorrection, anAdjustment, aPostedUsage, aReversal } from '../../test/a-ledger-event';
import { decodeLedgerMessage } from './decode-ledger-message';
import { encodeLedgerLine, encodeLedgerMessage } from './encode-ledger-message';
import { encodeLedgerEntry } from './ledger-entry';

describe('encodeLedgerMessage', () => {
  it('writes a charge with everything that its hash covers', () => {
    const charge = aCharge({ usage: aPostedUsage({ teamId: 'team_search', userReference: 7 }) });
    const record = encodeLedgerMessage(charge, GENESIS_HASH);
    expect(record.key.toString()).toBe('org_acme');
    expect(record.headers).toEqual({
      ce_specversion: '1.0',
      ce_id: 'org_acme:2',
      ce_source: '/floopy/billing/ledger',
      ce_type: 'ai.floopy.billing.ledger.v1',
      ce_time: '2026-11-23T10:00:01.123Z',
      ce_subject: 'org_acme',
      'content-type': 'application/json',
    });
    expect(JSON.parse(record.value.toString())).toEqual({
      organization_id: 'org_acme',
      sequence: 2,
      type: 'request',
      amount: '-2.5142500000',
      balance_after: '99997.4857500000',
      occurred_at: '2026-11-23T10:00:00.123Z',
      recorded_at: '2026-11-23T10:00:01.123Z',
      cause: { kind: 'usage_event', source: '/floopy/gateway/eu-1', id: 'evt_1' },
      request_id: 'req_7Qd',
      origin: 'gateway',
      hash: A_HASH,
      usage: {
        provider: 'openai',
        model: 'gpt-4o',
        service_tier: 'standard',
        outcome: 'succeeded',
        cache_hit: false,
        credential: 'platform',
        tokens: {
          input_tokens: 12345,
          cache_read_input_tokens: 10000,
          cache_creation_5m_input_tokens: 0,
          cache_creation_1h_input_tokens: 0,
          input_audio_tokens: 0,
          cache_read_input_audio_tokens: 0,
          output_tokens: 678,
          reasoning_output_tokens: 0,
          output_audio_tokens: 0,
        },
        team_id: 'team_search',
        user_reference: 7,
        content_digest: 'cd'.repeat(16),
        counted: true,
        price: { rate_card_version: 1, markup_basis_points: 0 },
        ingest_partition: 3,
      },
      previous_hash: GENESIS_HASH,
    });
  });

  it('writes an adjustment with its reason and without usage', () => {
    const message = JSON.parse(encodeLedgerLine(anAdjustment(), GENESIS_HASH)) as Record<string, unknown>;
    expect(message).toMatchObject({ cause: { kind: 'operator', id: 'seed-1' }, reason: 'opening credit' });
    expect(Object.keys(message)).not.toEqual(expect.arrayContaining(['usage', 'request_id', 'origin']));
  });
});

describe('a correction as a ledger message', () => {
  it('says what it corrects, what that was summed by, and who asked for it', () => {
    const voiding = { source: '/gateway', id: 'void_1', contentDigest: 'cd'.repeat(16) as Digest, ingestPartition: 3 };
    const reversal = aReversal({ correction: aCorrection({ teamId: 'team_search', voiding }) });
    expect(JSON.parse(encodeLedgerLine(reversal, GENESIS_HASH))).toMatchObject({
      type: 'request',
      amount: '2.5142500000',
      cause: { kind: 'reversal', id: '2' },
      request_id: 'req_7Qd',
      origin: 'gateway',
      reason: 'served twice',
      correction: {
        provider: 'openai',
        model: 'gpt-4o',
        team_id: 'team_search',
        uncounted: true,
        voided_by: { source: '/gateway', id: 'void_1', content_digest: 'cd'.repeat(16), ingest_partition: 3 },
      },
    });
  });

  it.each([
    [{ correction: undefined }, ['/request_id', '/origin', '/correction']],
    [{ cause: { kind: 'operator', id: '2' } }, ['/correction']],
    [{ cause: { kind: 'reversal', id: '02' } }, ['/cause/id']],
  ])('is refused with %j', (changes, pointers) => {
    const message = JSON.parse(encodeLedgerLine(aReversal(), GENESIS_HASH)) as Record<string, unknown>;
    const decoded = decodeLedgerMessage(JSON.stringify({ ...message, ...changes }));
    expect(decoded.type === 'rejected' && decoded.faults.map(({ pointer }) => pointer)).toEqual(pointers);
  });
});

describe('encodeLedgerEntry', () => {
  it('writes what a customer reads', () => {
    expect(encodeLedgerEntry(aCharge())).toEqual({
      sequence: 2,
      type: 'request',
      amount: '-2.5142500000',
      balance_after: '99997.4857500000',
      occurred_at: '2026-11-23T10:00:00.123Z',
      recorded_at: '2026-11-23T10:00:01.123Z',
      cause: { kind: 'usage_event', id: 'evt_1' },
      request_id: 'req_7Qd',
      origin: 'gateway',
      hash: A_HASH,
    });
  });
});

describe('decodeLedgerMessage', () => {
  function spoilt(changes: Record<string, unknown>): unknown {
    const message = JSON.parse(encodeLedgerLine(aCharge(), GENESIS_HASH)) as Record<string, unknown>;
    const decoded = decodeLedgerMessage(JSON.stringify({ ...message, ...changes }));
    return decoded.type === 'rejected' ? decoded.faults.map((fault) => fault.pointer) : decoded.type;
  }

  it('ignores what later versions add', () => {
    expect(spoilt({ overage: true })).toBe('ledger_event');
  });

  it.each([
    [{ amount: '-2.51425' }, ['/amount']],
    [{ amount: -2.51425 }, ['/amount']],
    [{ amount: '-0.0000000000' }, ['/amount']],
    [{ sequence: 0, hash: 'AB'.repeat(32) }, ['/sequence', '/hash']],
    [{ occurred_at: '2026-02-30T00:00:00.000Z' }, ['/occurred_at']],
    [{ recorded_at: '2026-11-23T10:00:00Z' }, ['/recorded_at']],
    [{ cause: { kind: 'stripe', id: 'x' } }, ['/cause/kind']],
    [{ cause: { kind: 'usage_event', id: 'x' } }, ['/cause/source']],
    [{ usage: undefined }, ['/request_id', '/origin']],
    [{ request_id: undefined }, ['/request_id']],
    [{ previous_hash: undefined }, ['/previous_hash']],
  ])('names what is wrong with %j', (changes, pointers) => {
    expect(spoilt(changes)).toEqual(pointers);
  });

  it.each([['{'], [Buffer.from([0x22, 0xff, 0x22])], ['[]'], ['null']])('rejects %p', (value) => {
    expect(decodeLedgerMessage(value)).toMatchObject({ type: 'rejected', faults: [{ pointer: '' }] });
  });
});
