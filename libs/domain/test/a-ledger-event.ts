import type { UnhashedLedgerEvent } from '../src/ledger/hash-ledger-event';
import type { LedgerEvent, PostedUsage, StreamHead } from '../src/ledger/ledger-event';
import { emptyStream } from '../src/ledger/post-on-stream';
import { postUsage, type UsageContext } from '../src/ledger/post-usage';
import { organizationIdOf } from '../src/organization/organization';
import { priceUsage } from '../src/pricing/price-usage';
import { contentDigest } from '../src/usage/usage-identity';
import { aBook, cents } from './a-rate-card';
import { at, aUsageEvent, type UsageOverrides } from './a-usage-event';
import { sha256 } from './sha256';

/** The stream of `org_acme`, at its beginning unless a head says otherwise. */
export function aStream(stated: Partial<StreamHead> = {}): StreamHead {
  return { ...emptyStream(organizationIdOf('org_acme')), ...stated };
}

/** Posts a usage event, priced by gpt-4o's card, recorded a second after the default event occurred. */
export function postedUsage(
  head: StreamHead,
  overrides: UsageOverrides = {},
  context: Partial<UsageContext> = {},
): { readonly event: LedgerEvent & { readonly usage: PostedUsage }; readonly head: StreamHead } {
  const event = aUsageEvent({ organizationId: head.organizationId, ...overrides });
  const priced = priceUsage(event, aBook(), 0);
  if (priced.type === 'unpriced') throw new Error(`the event misses ${priced.rate.missing}`);
  const posting = postUsage(
    head,
    event,
    priced,
    {
      contentDigest: contentDigest(event, sha256),
      userReference: null,
      requestAlreadyCounted: false,
      plan: null,
      ingestPartition: 1,
      recordedAt: at('2026-11-23T10:00:01Z'),
      ...context,
    },
    sha256,
  );
  if (posting.event.usage === null) throw new Error('a usage event is posted with its usage');
  return { event: { ...posting.event, usage: posting.event.usage }, head: posting.head };
}

/** A credit of 100 cents by an operator, not hashed yet. */
export function anUnhashedAdjustment(stated: Partial<UnhashedLedgerEvent> = {}): UnhashedLedgerEvent {
  return {
    organizationId: organizationIdOf('org_acme'),
    sequence: 1,
    type: 'adjustment',
    amount: cents('100'),
    balanceAfter: cents('100'),
    occurredAt: at('2026-11-23T10:00:00Z'),
    recordedAt: at('2026-11-23T10:00:00Z'),
    cause: { kind: 'operator', id: 'seed-1' },
    usage: null,
    correction: null,
    reason: 'opening credit',
    ...stated,
  };
}
