import { amountIn } from '@floopy/contracts';
import type { AdmissionInput, AttemptName } from './admission-outcomes';
import { EXPOSURE_REMEMBERED_MS } from './exposed-requests';
import type { Unasked } from './read-answer';
import { MOST_KINDS, MOST_ORGANIZATIONS, UnaskedRequests } from './unasked-requests';

const OPEN = { type: 'open', exposure: '5.0000000000' } as const;
const TIMED_OUT: Unasked = { type: 'unasked', reason: 'timed_out', detail: 'no answer within 250 ms' };

let nowMs = 0;
let requests: UnaskedRequests;
beforeEach(() => {
  nowMs = 1_000_000;
  requests = new UnaskedRequests(() => nowMs);
});

function anInput(parts: Partial<AdmissionInput> = {}): AdmissionInput {
  return {
    organization_id: 'org_acme',
    request_id: 'req_1',
    provider: 'openai',
    model: 'gpt-4o',
    input_tokens: 1_000,
    max_output_tokens: 100,
    ...parts,
  };
}

/** What it counts after the decision, or why it was refused. */
function usedBy(parts: Partial<AdmissionInput>): string {
  const outcome = requests.decide(anInput(parts), TIMED_OUT);
  return outcome.type === 'admitted_unasked' ? outcome.exposure.used : outcome.policy;
}

function named(request_id: string): AttemptName {
  return { organization_id: 'org_acme', request_id };
}

describe('a request that cannot be asked for', () => {
  it('is taken to cost what the dearest one of its kind held', () => {
    requests.learn(anInput(), OPEN, '2.0000000000');
    requests.learn(anInput(), OPEN, '1.0000000000');
    expect(usedBy({ request_id: 'req_2' })).toBe('2.0000000000');
  });

  it('is taken to cost more when it has more tokens, on either side', () => {
    requests.learn(anInput(), OPEN, '1.0000000000');
    expect(usedBy({ request_id: 'req_2', input_tokens: 1_001 })).toBe('2.0000000000');
    expect(usedBy({ request_id: 'req_3', max_output_tokens: 300 })).toBe('5.0000000000');
  });

  it('is refused when nothing tells what its kind costs', () => {
    requests.learn(anInput(), OPEN, '1.0000000000');
    expect(usedBy({ model: 'gpt-5' })).toBe('unbounded');
    expect(usedBy({ provider: 'azure' })).toBe('unbounded');
    expect(usedBy({ service_tier: 'priority' })).toBe('unbounded');
    expect(usedBy({ models: [{ model: 'gpt-5' }] })).toBe('unbounded');
  });

  it('is refused where a kind that was held for no tokens now has some', () => {
    requests.learn(anInput({ input_tokens: 0 }), OPEN, '1.0000000000');
    expect(usedBy({ request_id: 'req_2' })).toBe('unbounded');
  });

  it('counts for the whole outage, also once its usage is delivered', () => {
    requests.learn(anInput(), OPEN, '2.0000000000');
    expect(usedBy({ request_id: 'req_2' })).toBe('2.0000000000');
    requests.settle(named('req_2'));
    expect(usedBy({ request_id: 'req_3' })).toBe('4.0000000000');
    expect(usedBy({ request_id: 'req_4' })).toBe('exposure_used_up');
  });

  it('counts after the outage until its usage is delivered, or it would have expired', () => {
    requests.learn(anInput(), OPEN, '2.0000000000');
    usedBy({ request_id: 'req_2' });
    usedBy({ request_id: 'req_3' });
    requests.settle(named('req_2'));
    requests.learn(anInput(), OPEN, null);
    expect(usedBy({ request_id: 'req_4' })).toBe('4.0000000000');
    nowMs += EXPOSURE_REMEMBERED_MS + 1;
    requests.learn(anInput(), OPEN, null);
    expect(usedBy({ request_id: 'req_5' })).toBe('2.0000000000');
  });

  it('makes room when it is released', () => {
    requests.learn(anInput(), OPEN, '5.0000000000');
    expect(usedBy({ request_id: 'req_2' })).toBe('5.0000000000');
    expect(requests.release(named('req_2'))).toBe(true);
    expect(requests.release(named('req_2'))).toBe(false);
    expect(usedBy({ request_id: 'req_3' })).toBe('5.0000000000');
  });

  it('counts for each of its attempts', () => {
    requests.learn(anInput(), OPEN, '2.0000000000');
    expect(usedBy({ attempt_id: 'att_1' })).toBe('2.0000000000');
    expect(usedBy({ attempt_id: 'att_2' })).toBe('4.0000000000');
  });

  it('passes however often where it costs nothing', () => {
    requests.learn(anInput(), { type: 'open', exposure: '0.0000000000' }, '0.0000000000');
    for (let asked = 0; asked < 3; asked += 1) expect(usedBy({ request_id: `req_${asked}` })).toBe('0.0000000000');
  });

  it('never lets pass more than the exposure, whatever is asked, settled and released in between', () => {
    requests.learn(anInput(), OPEN, '0.3000000000');
    let passed = 0n;
    for (let asked = 0; asked < 100; asked += 1) {
      const outcome = requests.decide(anInput({ request_id: `req_${asked}` }), TIMED_OUT);
      if (outcome.type === 'admitted_unasked') passed += amountIn('0.3000000000');
      if (asked % 3 === 0) requests.settle(named(`req_${asked}`));
    }
    expect(passed).toBe(amountIn('4.8000000000'));
  });
});

describe('what is remembered', () => {
  it('is bounded by organizations, and what was forgotten fails closed', () => {
    requests.learn(anInput(), OPEN, '1.0000000000');
    for (let n = 0; n < MOST_ORGANIZATIONS; n += 1)
      requests.learn(anInput({ organization_id: `org_${n}` }), OPEN, null);
    expect(usedBy({})).toBe('closed');
  });

  it('is bounded by kinds, of which the one that was not seen for longest is forgotten', () => {
    requests.learn(anInput({ model: 'first' }), OPEN, '1.0000000000');
    for (let n = 1; n < MOST_KINDS; n += 1) requests.learn(anInput({ model: `model_${n}` }), OPEN, '1.0000000000');
    requests.learn(anInput({ model: 'first' }), OPEN, '0.5000000000');
    requests.learn(anInput({ model: 'last' }), OPEN, '1.0000000000');
    expect(usedBy({ model: 'first' })).toBe('1.0000000000');
    expect(usedBy({ model: 'model_1', request_id: 'req_2' })).toBe('unbounded');
  });
});
