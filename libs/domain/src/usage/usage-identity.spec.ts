import { aUsageEvent, at, tokenCounts, type UsageOverrides } from '../../test/a-usage-event';
import { sha256 } from '../../test/sha256';
import { organizationIdOf } from '../organization/organization';
import { canonicalTokens, contentDigest, identityDigest } from './usage-identity';

describe('identityDigest', () => {
  it('is the first 16 bytes of the SHA-256 of organization, source and id', () => {
    const text = '8:org_acme20:/floopy/gateway/eu-15:evt_1';
    expect(identityDigest(aUsageEvent(), sha256)).toBe(sha256(text).slice(0, 32));
  });

  it('does not know when an event occurred or what it says', () => {
    const later = aUsageEvent({ occurredAt: at('2027-11-23T10:00:00Z'), tokens: { input: 7 }, requestId: 'req_2' });
    expect(identityDigest(later, sha256)).toBe(identityDigest(aUsageEvent(), sha256));
  });

  it.each<[string, UsageOverrides]>([
    ['organization', { organizationId: organizationIdOf('org_other') }],
    ['source', { source: '/floopy/gateway/eu-2' }],
    ['id', { id: 'evt_2' }],
    ['place where source ends and id begins', { source: '/floopy/gateway/eu-', id: '1evt_1' }],
  ])('is another for another %s', (_, overrides) => {
    expect(identityDigest(aUsageEvent(overrides), sha256)).not.toBe(identityDigest(aUsageEvent(), sha256));
  });
});

describe('contentDigest', () => {
  it.each<[string, UsageOverrides]>([
    ['organization', { organizationId: organizationIdOf('org_other') }],
    ['source', { source: '/floopy/gateway/eu-2' }],
    ['id', { id: 'evt_2' }],
    ['time', { occurredAt: at('2026-11-23T10:00:00.001Z') }],
    ['request', { requestId: 'req_2' }],
    ['origin', { origin: 'playground' }],
    ['provider', { provider: 'azure' }],
    ['model', { model: 'gpt-4o-mini' }],
    ['service tier', { serviceTier: 'batch' }],
    ['outcome', { outcome: 'client_aborted' }],
    ['cache hit', { cacheHit: true }],
    ['credential', { credential: 'byok' }],
    ['token count', { tokens: { input: 1001, output: 100 } }],
    ['team', { teamId: 'x' }],
    ['user', { userId: 'x' }],
    ['API key', { apiKeyId: 'x' }],
    ['prompt', { promptId: 'x' }],
    ['session', { sessionId: 'x' }],
    ['attempt', { attemptId: 'x' }],
  ])('is another for another %s', (_, overrides) => {
    expect(contentDigest(aUsageEvent(overrides), sha256)).not.toBe(contentDigest(aUsageEvent(), sha256));
  });

  it('tells which of the optional ids a value was given for', () => {
    const fields = ['teamId', 'userId', 'apiKeyId', 'promptId', 'sessionId', 'attemptId'] as const;
    const digests = fields.map((field) => contentDigest(aUsageEvent({ [field]: 'x' }), sha256));
    expect(new Set(digests).size).toBe(fields.length);
  });

  it('does not know the metadata, which may be personal', () => {
    expect(contentDigest(aUsageEvent({ metadata: '{"feature":"faq"}' }), sha256)).toBe(
      contentDigest(aUsageEvent(), sha256),
    );
  });

  it('is the digest of every stated fact in the documented order', () => {
    const text = [
      '8:org_acme',
      '20:/floopy/gateway/eu-1',
      '5:evt_1',
      '13:1795428000000',
      '5:req_1',
      '7:gateway',
      '6:openai',
      '6:gpt-4o',
      '8:standard',
      '9:succeeded',
      '1:0',
      '8:platform',
      '4:10001:01:01:01:01:03:1001:01:0',
      '~~3:key~~~',
    ].join('');
    expect(contentDigest(aUsageEvent({ apiKeyId: 'key' }), sha256)).toBe(sha256(text).slice(0, 32));
    const hit = text.replace('9:succeeded1:0', '9:succeeded1:1');
    expect(contentDigest(aUsageEvent({ apiKeyId: 'key', cacheHit: true }), sha256)).toBe(sha256(hit).slice(0, 32));
  });
});

describe('canonicalTokens', () => {
  it('writes the nine counts in the order of the contract', () => {
    const tokens = tokenCounts({
      input: 1,
      cacheReadInput: 2,
      cacheCreation5mInput: 3,
      cacheCreation1hInput: 4,
      inputAudio: 5,
      cacheReadInputAudio: 6,
      output: 7,
      reasoningOutput: 8,
      outputAudio: 9,
    });
    expect(canonicalTokens(tokens)).toBe('1:11:21:31:41:51:61:71:81:9');
  });
});
