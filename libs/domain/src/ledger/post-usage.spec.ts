import { aStream, postedUsage } from '../../test/a-ledger-event';
import { aBook, anOverride, anOverriddenPrice, aModel, cents } from '../../test/a-rate-card';
import { at, aUsageEvent } from '../../test/a-usage-event';
import { sha256 } from '../../test/sha256';
import { amountOfUnits, ZERO_AMOUNT } from '../money/amount';
import { organizationIdOf } from '../organization/organization';
import { REQUEST_STANDINGS, type RequestStanding } from '../overage/place-request';
import { priceUsage } from '../pricing/price-usage';
import { OUTCOMES } from '../usage/usage-event';
import type { Digest } from '../usage/usage-identity';
import { type PricedUsage, postUsage, type UsageContext } from './post-usage';

const context: UsageContext = {
  contentDigest: 'ab'.repeat(16) as Digest,
  userReference: 9,
  requestAlreadyCounted: false,
  plan: null,
  ingestPartition: 3,
  recordedAt: at('2026-11-23T10:00:01Z'),
};

describe('postUsage', () => {
  it('keeps every stated fact of the event but the user and the metadata, which may be personal', () => {
    const event = aUsageEvent({
      userId: 'usr_1',
      metadata: '{"a":1}',
      teamId: 'team_1',
      apiKeyId: 'key_1',
      promptId: 'prm_1',
      sessionId: 'ses_1',
      attemptId: 'att_1',
    });
    const priced = priceUsage(event, aBook(), 0) as PricedUsage;
    const { hash, ...posted } = postUsage(aStream(), event, priced, context, sha256).event;
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(posted).toEqual({
      organizationId: 'org_acme',
      sequence: 1,
      type: 'request',
      amount: cents('-0.35'),
      balanceAfter: cents('-0.35'),
      occurredAt: event.occurredAt,
      recordedAt: context.recordedAt,
      cause: { kind: 'usage_event', source: '/floopy/gateway/eu-1', id: 'evt_1' },
      correction: null,
      reason: null,
      usage: {
        requestId: 'req_1',
        attemptId: 'att_1',
        origin: 'gateway',
        provider: 'openai',
        model: 'gpt-4o',
        serviceTier: 'standard',
        outcome: 'succeeded',
        cacheHit: false,
        credential: 'platform',
        tokens: event.tokens,
        teamId: 'team_1',
        userReference: 9,
        apiKeyId: 'key_1',
        promptId: 'prm_1',
        sessionId: 'ses_1',
        contentDigest: 'ab'.repeat(16),
        counted: true,
        price: { rateCardVersion: 1, overrideVersion: null, markupBasisPoints: 0 },
        plan: null,
        ingestPartition: 3,
      },
    });
  });

  it('counts as its plan says, and keeps what it said', () => {
    const plan = { planVersion: 1, standing: 'exempt', overageRate: null } as const;
    const counted = (standing: RequestStanding): boolean =>
      postedUsage(aStream(), {}, { plan: { ...plan, standing } }).event.usage.counted;
    expect(REQUEST_STANDINGS.filter(counted)).toEqual(['included', 'overage', 'excess_unbilled']);
    expect(postedUsage(aStream(), {}, { plan }).event.usage.plan).toEqual(plan);
    const twice = { requestAlreadyCounted: true, plan: { ...plan, standing: 'included' as const } };
    expect(() => postedUsage(aStream(), {}, twice)).toThrow('a request counts once');
  });

  it('is a Playground entry when the playground sent it', () => {
    expect(postedUsage(aStream(), { origin: 'playground' }).event.type).toBe('playground');
    expect(postedUsage(aStream(), { origin: 'gateway' }).event.type).toBe('request');
  });

  it('charges past zero: the request was served', () => {
    expect(postedUsage(aStream({ balance: cents('0.1') })).event.balanceAfter).toBe(cents('-0.25'));
  });

  it('remembers the override and the markup by which it was priced', () => {
    const override = anOverride({ version: 4, unitPrices: [anOverriddenPrice()] });
    const event = aUsageEvent();
    const priced = priceUsage(event, aBook([aModel()], [override]), 250) as PricedUsage;
    expect(postUsage(aStream(), event, priced, context, sha256).event.usage?.price).toEqual({
      rateCardVersion: 1,
      overrideVersion: 4,
      markupBasisPoints: 250,
    });
  });

  it.each(OUTCOMES.map((outcome) => [outcome, outcome === 'succeeded' || outcome === 'client_aborted'] as const))(
    'of a request that %s counts: %s, and is an event all the same',
    (outcome, counted) => {
      const { event } = postedUsage(aStream(), { outcome });
      expect([event.usage.counted, event.sequence]).toEqual([counted, 1]);
    },
  );

  it('counts a cache hit, which costs nothing and has no price', () => {
    const { event } = postedUsage(aStream(), { cacheHit: true });
    expect(event).toMatchObject({ amount: ZERO_AMOUNT, usage: { counted: true, price: null } });
  });

  it('charges a further attempt of a request and does not count it again', () => {
    const { event } = postedUsage(aStream(), {}, { requestAlreadyCounted: true });
    expect(event).toMatchObject({ amount: cents('-0.35'), usage: { counted: false } });
  });

  it('crashes on the usage of another organization, and on a price below zero', () => {
    const event = aUsageEvent({ organizationId: organizationIdOf('org_other') });
    const free: PricedUsage = { type: 'free', amount: ZERO_AMOUNT };
    expect(() => postUsage(aStream(), event, free, context, sha256)).toThrow('its own organization');
    const negative: PricedUsage = { type: 'free', amount: amountOfUnits(-1n) };
    expect(() => postUsage(aStream(), aUsageEvent(), negative, context, sha256)).toThrow('never pays');
  });
});
