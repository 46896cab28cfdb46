import type { AdmissionBody } from '@floopy/contracts';
import { setTimeout as pause } from 'node:timers/promises';
import type { Answer, Call } from './running-api';

type Caller = (path: string, call?: Call) => Promise<Answer>;
type StatedAdmission = Partial<AdmissionBody> & Pick<AdmissionBody, 'organization_id' | 'request_id'>;

/** Asks to run a request of at most a thousand tokens of output at 0.001 cents each: one cent. */
export function askAdmission(call: Caller, stated: StatedAdmission): Promise<Answer> {
  const body: AdmissionBody = {
    source: '/floopy/gateway/eu-1',
    provider: 'openai',
    model: 'gpt-4o',
    input_tokens: 0,
    max_output_tokens: 1_000,
    ...stated,
  };
  return call('/v1/admissions', { method: 'POST', body });
}

const UNAVAILABLE = 503;
const RETRY_MS = 100;

/** Fewer than connections that may wait to be accepted: more at once would be reset. */
const MOST_AT_ONCE = 250;

/** As often as a store may be too busy to answer in time, on a slow machine. */
const MOST_TIMES_ASKED = 20;

/** Many at once, each a request of its own, each of the callers in turn; who is told to come again does. */
export async function askAdmissions(
  callers: readonly Caller[],
  organization: string,
  { count, name }: { readonly count: number; readonly name: string },
): Promise<Answer[]> {
  const answers: Answer[] = [];
  let asked = 0;
  async function askOn(): Promise<void> {
    for (let index = asked++; index < count; index = asked++) {
      const call = callers[index % callers.length];
      if (call === undefined) throw new Error('somebody has to ask');
      answers[index] = await askUntilDecided(call, { organization_id: organization, request_id: `${name}_${index}` });
    }
  }
  await Promise.all(Array.from({ length: MOST_AT_ONCE }, askOn));
  return answers;
}

async function askUntilDecided(call: Caller, stated: StatedAdmission): Promise<Answer> {
  for (let times = 1; ; times += 1) {
    const answer = await askAdmission(call, stated);
    if (answer.status !== UNAVAILABLE || times === MOST_TIMES_ASKED) return answer;
    await pause(RETRY_MS);
  }
}

/** How many were answered with each status and code. */
export function tallyOf(answers: readonly Answer[]): Record<string, number> {
  const tally: Record<string, number> = {};
  for (const { status, body } of answers) {
    const outcome = status === 200 ? 'admitted' : String(body.code);
    tally[outcome] = (tally[outcome] ?? 0) + 1;
  }
  return tally;
}

export async function credit(operator: Caller, organization: string, amount: string): Promise<void> {
  const { status } = await operator(`${organization}/adjustments`, {
    method: 'POST',
    headers: { 'idempotency-key': `credit_${organization}_${amount}` },
    body: { amount, reason: 'test' },
  });
  if (status !== 201) throw new Error(`not credited: ${status}`);
}
