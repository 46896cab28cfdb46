import {
  type AdmissionRefusal,
  amountOfUnits,
  type FailurePolicy,
  type Hold,
  instantOfMilliseconds,
  UNITS_PER_CENT,
} from '@floopy/domain';
import { decodeAdmissionBody, MOST_FALLBACKS } from './admission-body';
import { encodeAdmissionRefusal } from './admission-refusal';
import { admissionViewSchema, encodeAdmission } from './admission-view';
import { problemSchema } from './problem';

const BODY = {
  organization_id: 'org_acme',
  request_id: 'req_1',
  source: '/floopy/gateway/eu-1',
  provider: 'openai',
  model: 'gpt-4o',
  input_tokens: 1_000,
};
const CLOSED: FailurePolicy = { type: 'closed' };
const resetsAt = instantOfMilliseconds(Date.UTC(2026, 11, 1));

function cents(count: number): ReturnType<typeof amountOfUnits> {
  return amountOfUnits(BigInt(count) * UNITS_PER_CENT);
}

describe('decodeAdmissionBody', () => {
  it('reads a request with what is taken for granted', () => {
    expect(decodeAdmissionBody(BODY)).toEqual({
      type: 'request',
      request: {
        organizationId: 'org_acme',
        requestId: 'req_1',
        attemptId: null,
        teamId: null,
        origin: 'gateway',
        models: [{ provider: 'openai', model: 'gpt-4o' }],
        serviceTier: 'standard',
        credential: 'platform',
        inputTokens: 1_000,
        maxOutputTokens: null,
      },
    });
  });

  it('takes fallbacks to be of the same provider unless they name another', () => {
    const models = [{ model: 'gpt-4o-mini' }, { provider: 'anthropic', model: 'claude' }];
    expect(decodeAdmissionBody({ ...BODY, models })).toMatchObject({
      request: {
        models: [
          { provider: 'openai', model: 'gpt-4o' },
          { provider: 'openai', model: 'gpt-4o-mini' },
          { provider: 'anthropic', model: 'claude' },
        ],
      },
    });
  });

  it.each([
    [{ ...BODY, request_id: '' }, '/request_id'],
    [{ ...BODY, source: 'not a uri' }, '/source'],
    [{ ...BODY, input_tokens: -1 }, '/input_tokens'],
    [{ ...BODY, input_tokens: '1' }, '/input_tokens'],
    [{ ...BODY, max_output_token: 5 }, '/max_output_token'],
    [{ ...BODY, models: Array.from({ length: MOST_FALLBACKS + 1 }, () => ({ model: 'm' })) }, '/models'],
    [{ ...BODY, models: [{}] }, '/models/0/model'],
    [null, ''],
  ])('names the faulty place of %j', (body, pointer) => {
    expect(decodeAdmissionBody(body)).toMatchObject({ type: 'rejected', faults: [{ pointer }] });
  });
});

describe('encodeAdmission', () => {
  it('says what is held, what is left, and what to do when it cannot be asked', () => {
    const hold: Hold = {
      holdId: 'hld_1',
      requestId: 'req_1',
      attemptId: null,
      teamId: null,
      amount: cents(2),
      admittedAt: instantOfMilliseconds(Date.UTC(2026, 10, 23)),
      expiresAt: instantOfMilliseconds(Date.UTC(2026, 10, 23, 0, 10)),
    };
    const granted = { hold, remaining: { balance: cents(98), requests: 999, teamBudget: null } };
    const view = encodeAdmission(granted, { type: 'open', exposure: cents(500) });
    expect(admissionViewSchema.parse(view)).toEqual({
      decision: 'admitted',
      hold: { id: 'hld_1', amount: '2.0000000000', expires_at: '2026-11-23T00:10:00.000Z' },
      remaining: { balance: '98.0000000000', requests: 999, team_budget: null },
      failure_policy: { type: 'open', exposure: '500.0000000000' },
    });
  });
});

describe('encodeAdmissionRefusal', () => {
  const refusals: [AdmissionRefusal, object][] = [
    [{ code: 'organization_suspended' }, { status: 403 }],
    [{ code: 'organization_closed' }, { status: 403 }],
    [
      {
        code: 'unpriced_model',
        rate: { provider: 'openai', model: 'gpt-9', serviceTier: 'standard', missing: 'model' },
      },
      { status: 422, provider: 'openai', model: 'gpt-9' },
    ],
    [
      { code: 'plan_required', feature: 'byok' },
      { status: 403, feature: 'byok' },
    ],
    [
      { code: 'monthly_limit_reached', limit: 1_000, used: 990, held: 10, resetsAt },
      { status: 429, limit: 1_000, used: 990, held: 10, reset_at: '2026-12-01T00:00:00.000Z' },
    ],
    [
      { code: 'team_budget_reached', limit: cents(10), used: cents(7), held: cents(2), needed: cents(3), resetsAt },
      { status: 429, limit: '10.0000000000', needed: '3.0000000000', reset_at: '2026-12-01T00:00:00.000Z' },
    ],
    [
      { code: 'insufficient_credits', limit: cents(10), used: cents(0), held: cents(8), needed: cents(3) },
      { status: 402, limit: '10.0000000000', used: '0.0000000000', held: '8.0000000000', needed: '3.0000000000' },
    ],
  ];

  it.each(refusals)('writes %j as a problem with its figures', (refusal, expected) => {
    const problem = encodeAdmissionRefusal(refusal, CLOSED);
    expect(problemSchema.parse(problem)).toMatchObject({
      code: refusal.code,
      failure_policy: { type: 'closed' },
      ...expected,
    });
  });
});
