import { aUsageEvent } from '../../test/a-usage-event';
import { sha256 } from '../../test/sha256';
import { contentDigest, identityDigest } from './usage-identity';
import { identifyUsage, type RejectedUsage } from './usage-record';

describe('identifyUsage', () => {
  it('gives a usage event its offset and the digests that tell a resend from a conflict', () => {
    const event = aUsageEvent();
    expect(identifyUsage(7, { type: 'usage', event }, sha256)).toEqual({
      type: 'usage',
      offset: 7,
      event,
      identity: identityDigest(event, sha256),
      content: contentDigest(event, sha256),
    });
  });

  it('gives a record that could not be read its offset', () => {
    const rejected: RejectedUsage = {
      type: 'rejected',
      reason: 'undecodable',
      faults: [],
      organizationId: null,
      source: null,
      eventId: null,
    };
    expect(identifyUsage(7, rejected, sha256)).toEqual({ ...rejected, offset: 7 });
  });
});
