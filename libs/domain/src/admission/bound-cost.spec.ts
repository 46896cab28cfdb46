import { aPlan, aCatalogue, seededPlans, termsAfter } from '../../test/a-plan';
import { aBook, aModel, anOverriddenPrice, anOverride, aTier, cents, GEMINI_2_5_PRO } from '../../test/a-rate-card';
import { at } from '../../test/a-usage-event';
import { anAdmissionRequest } from '../../test/an-admission';
import { NO_TERMS } from '../organization/terms';
import { admissionLimits, type AdmissionRequest, type AdmissionTerms } from './admission-limits';
import { boundCost } from './bound-cost';

const NOW = at('2026-11-23T10:00:00Z');

function boundOf(stated: Partial<AdmissionRequest>, book = aBook(), markup = 0) {
  const { maxOutputTokens, ...request } = anAdmissionRequest(stated);
  return boundCost({ ...request, maxOutputTokens: maxOutputTokens ?? 0 }, book, markup, NOW);
}

describe('boundCost', () => {
  it('prices every token at its dearest class, and adds the markup', () => {
    const tier = aTier(
      { input: '0.1', cache_creation_1h_input: '0.2', output: '1', reasoning_output: '3' },
      0,
      cents('5'),
    );
    const book = aBook([aModel({ serviceTiers: { standard: [tier] } })]);
    expect(boundOf({ inputTokens: 10, maxOutputTokens: 2 }, book)).toEqual({ type: 'bounded', amount: cents('13') });
    expect(boundOf({ inputTokens: 10, maxOutputTokens: 2 }, book, 1_000)).toEqual({
      type: 'bounded',
      amount: cents('14.3'),
    });
  });

  it('takes the dearest of the models that may answer', () => {
    const book = aBook([aModel(), GEMINI_2_5_PRO]);
    const models = [
      { provider: 'openai', model: 'gpt-4o' },
      { provider: 'google', model: 'gemini-2.5-pro' },
    ];
    const request = { inputTokens: 200_001, maxOutputTokens: 1_000 };
    expect(boundOf({ ...request, models }, book)).toEqual({ type: 'bounded', amount: cents('51.50025') });
    expect(boundOf({ ...request, models: models.slice(0, 1) }, book)).toEqual({
      type: 'bounded',
      amount: cents('51.00025'),
    });
  });

  it('takes a tier below where that is dearer, since the input may turn out shorter', () => {
    const book = aBook([
      aModel({
        serviceTiers: { standard: [aTier({ input: '2', output: '0' }), aTier({ input: '1', output: '0' }, 100)] },
      }),
    ]);
    expect(boundOf({ inputTokens: 101 }, book)).toEqual({ type: 'bounded', amount: cents('202') });
  });

  it('takes agreed prices instead of the card’s', () => {
    const override = anOverride({ unitPrices: [anOverriddenPrice({ unitPrice: cents('1') })] });
    expect(boundOf({ inputTokens: 10, maxOutputTokens: 0 }, aBook([aModel()], [override]))).toEqual({
      type: 'bounded',
      amount: cents('10'),
    });
  });

  it('asks only for the fee where the organization brings its own key', () => {
    const tier = aTier({ input: '0.1', output: '1' }, 0, cents('0.5'));
    const book = aBook([aModel({ serviceTiers: { standard: [tier] } })]);
    expect(boundOf({ credential: 'byok' }, book)).toEqual({ type: 'bounded', amount: cents('0.5') });
  });

  it.each<[string, Partial<AdmissionRequest>]>([
    ['model', { models: [{ provider: 'openai', model: 'gpt-9' }] }],
    [
      'model',
      {
        models: [
          { provider: 'openai', model: 'gpt-4o' },
          { provider: 'openai', model: 'gpt-9' },
        ],
      },
    ],
    ['service_tier', { serviceTier: 'batch' }],
  ])('names a missing %s', (missing, stated) => {
    expect(boundOf(stated)).toMatchObject({ type: 'unpriced', rate: { missing } });
  });

  it('names a class without a rate that the request will have tokens of', () => {
    const book = aBook([aModel({ serviceTiers: { standard: [aTier({ input: '1' })] } })]);
    expect(boundOf({}, book)).toMatchObject({ type: 'unpriced', rate: { missing: 'output' } });
    expect(boundOf({ maxOutputTokens: 0 }, book)).toMatchObject({ type: 'bounded' });
    const outputOnly = aBook([aModel({ serviceTiers: { standard: [aTier({ output: '1' })] } })]);
    expect(boundOf({}, outputOnly)).toMatchObject({ type: 'unpriced', rate: { missing: 'input' } });
  });
});

describe('admissionLimits', () => {
  const known: AdmissionTerms = { terms: NO_TERMS, plans: aCatalogue(), book: aBook(), markupBasisPoints: null };

  it('bounds a request without a maximum by what its plan assumes', () => {
    const plan = aPlan({ hold: { lifetimeSeconds: 600, assumedOutputTokens: 1_000 } });
    const limits = admissionLimits(
      anAdmissionRequest({ inputTokens: 0, maxOutputTokens: null }),
      { ...known, plans: aCatalogue(plan) },
      NOW,
    );
    expect(limits.cost).toEqual({ type: 'bounded', amount: cents('1') });
  });

  it('takes the markup that was agreed before the plan’s', () => {
    const plans = aCatalogue(aPlan({ markupBasisPoints: 10_000 }));
    const request = anAdmissionRequest({ inputTokens: 1_000, maxOutputTokens: 0 });
    expect(admissionLimits(request, { ...known, plans }, NOW).cost).toEqual({ type: 'bounded', amount: cents('0.5') });
    expect(admissionLimits(request, { ...known, plans, markupBasisPoints: 0 }, NOW).cost).toEqual({
      type: 'bounded',
      amount: cents('0.25'),
    });
  });

  it.each<[string | null, Partial<AdmissionRequest>]>([
    [null, {}],
    [null, { origin: 'playground' }],
    ['byok', { credential: 'byok' }],
    ['priority_tier', { serviceTier: 'priority' }],
  ])('finds on the free plan the missing feature %s', (feature, stated) => {
    expect(admissionLimits(anAdmissionRequest(stated), known, NOW).missingFeature).toBe(feature);
  });

  it('applies status, overage, the team’s budget and the plan of the period', () => {
    const terms = termsAfter(
      ['2026-11-01T00:00:00Z', { type: 'plan', planId: 'pro' }],
      ['2026-11-02T00:00:00Z', { type: 'overage', enabled: true }],
      ['2026-11-03T00:00:00Z', { type: 'team_budget', teamId: 'search', limit: cents('7') }],
      ['2026-11-04T00:00:00Z', { type: 'status', status: 'suspended', reason: 'unpaid' }],
    );
    const limits = admissionLimits(anAdmissionRequest({ teamId: 'search' }), { ...known, terms }, NOW);
    expect(limits).toMatchObject({
      termsVersion: 4,
      status: 'suspended',
      plan: { id: seededPlans()[1]!.id },
      isOverageBilled: true,
      teamLimit: cents('7'),
      period: { start: at('2026-11-01T00:00:00Z') },
    });
    expect(admissionLimits(anAdmissionRequest({ teamId: 'ads' }), { ...known, terms }, NOW).teamLimit).toBeNull();
  });
});
