import type { AdmissionStore } from '@floopy/application';
import {
  type AdmissionQuestion,
  amountOfUnits,
  type Instant,
  instantOfMilliseconds,
  type OrganizationId,
  type SettlingEntry,
} from '@floopy/domain';
import * as fc from 'fast-check';
import { aSnapshot } from './admission-bench';
import { AdmissionJudge } from './admission-judge';
import { anAdmissionQuestion, anUnusedOrganization, NOON, NOVEMBER } from './an-admission-question';

type Step =
  | {
      readonly type: 'ask';
      readonly requestId: string;
      readonly attemptId: string | null;
      readonly units: bigint;
      readonly team: number;
      readonly included: number;
      readonly budget: bigint;
      readonly overage: boolean;
    }
  | {
      readonly type: 'settle';
      readonly usages: readonly {
        requestId: string;
        attemptId: string | null;
        units: bigint;
        team: number;
        served: boolean;
      }[];
    }
  | { readonly type: 'credit'; readonly units: bigint }
  | { readonly type: 'release'; readonly requestId: string; readonly attemptId: string | null }
  | { readonly type: 'wait'; readonly seconds: number };

const requestId = fc.integer({ min: 1, max: 4 }).map((number) => `req_${number}`);
const attemptId = fc.constantFrom(null, 'att_1', 'att_2');
const units = fc.oneof(fc.bigInt(0n, 60n), fc.bigInt(0n, 600_000_000_000_000n));
const team = fc.integer({ min: 0, max: 2 });

/** Terms change with every question: limits rise and fall as in a bad month. */
export const admissionSteps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        type: fc.constant('ask' as const),
        requestId,
        attemptId,
        units,
        team,
        included: fc.integer({ min: 1, max: 5 }),
        budget: units,
        overage: fc.boolean(),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        type: fc.constant('settle' as const),
        usages: fc.array(fc.record({ requestId, attemptId, units, team, served: fc.boolean() }), {
          minLength: 1,
          maxLength: 3,
        }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        type: fc.constant('credit' as const),
        units: fc.bigInt(-500_000_000_000_000n, 900_000_000_000_000n),
      }),
    },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('release' as const), requestId, attemptId }) },
    {
      weight: 1,
      arbitrary: fc.record({ type: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 700 }) }),
    },
  ),
  { minLength: 1, maxLength: 40 },
);

interface Life {
  readonly store: AdmissionStore;
  readonly judge: AdmissionJudge;
  readonly id: OrganizationId;
  readonly now: Instant;
}

const OPENING = 1_000_000_000_000_000n;

/**
 * Lives through a history and throws at the first answer or number that the judge finds wrong.
 * @returns how often each kind of answer was reached
 */
export async function liveThrough(store: AdmissionStore, steps: readonly Step[]): Promise<Map<string, number>> {
  const id = anUnusedOrganization();
  const judge = new AdmissionJudge(id, OPENING);
  await store.load({ ...aSnapshot(id), balance: amountOfUnits(OPENING) });
  const counts = new Map<string, number>();
  let now: Instant = NOON;
  for (const [index, step] of steps.entries()) {
    if (step.type === 'wait') now = instantOfMilliseconds(now + step.seconds * 1_000);
    const { fault, reached } = await live({ store, judge, id, now }, step);
    const wrong = fault ?? (await judge.faultOfSummary(store, now));
    if (wrong !== null) throw new Error(`step ${index}, ${step.type}: ${wrong}`);
    counts.set(reached, (counts.get(reached) ?? 0) + 1);
  }
  return counts;
}

async function live(
  { store, judge, id, now }: Life,
  step: Step,
): Promise<{ readonly fault: string | null; readonly reached: string }> {
  switch (step.type) {
    case 'ask': {
      const question = questionOf(step, id, now);
      const answer = await store.decide(question);
      const reached = answer.type === 'refused' ? answer.refusal.code : answer.type;
      return { fault: judge.faultOf(question, answer), reached };
    }
    case 'settle': {
      const entries = step.usages.map((usage) => judge.postUsage(usageOf(usage), NOVEMBER.start));
      return { fault: await settle({ store, judge, id, now }, entries), reached: 'settle' };
    }
    case 'credit': {
      const entry = { type: 'credit' as const, amount: amountOfUnits(step.units) };
      judge.post(entry);
      return { fault: await settle({ store, judge, id, now }, [entry]), reached: 'credit' };
    }
    case 'release': {
      const expected = judge.release(step.requestId, step.attemptId, now);
      const answer = await store.release(id, step, now);
      const isRight = answer === expected || (answer === 'settled' && judge.wasSettled(step.requestId, step.attemptId));
      return { fault: isRight ? null : `${answer}, not ${expected}`, reached: answer };
    }
    default:
      return { fault: null, reached: 'wait' };
  }
}

function questionOf(
  step: Extract<Step, { type: 'ask' }>,
  organizationId: OrganizationId,
  now: Instant,
): AdmissionQuestion {
  const { requestId, attemptId, included } = step;
  const teamId = teamOf(step.team);
  const teamLimit = teamId === null ? null : amountOfUnits(step.budget);
  const limits = { isOverageBilled: step.overage };
  const amount = amountOfUnits(step.units);
  return anAdmissionQuestion({
    organizationId,
    requestId,
    attemptId,
    teamId,
    amount,
    included,
    teamLimit,
    now,
    limits,
  });
}

type PlainUsage = Extract<Step, { type: 'settle' }>['usages'][number];

function usageOf({
  requestId,
  attemptId,
  team,
  units,
  served,
}: PlainUsage): Parameters<AdmissionJudge['postUsage']>[0] {
  return { requestId, attemptId, teamId: teamOf(team), isServed: served, charge: amountOfUnits(served ? units : 0n) };
}

function teamOf(number: number): string | null {
  return number === 0 ? null : `team_${number}`;
}

async function settle({ store, judge, id }: Life, entries: readonly SettlingEntry[]): Promise<string | null> {
  const to = judge.position;
  const answer = await store.settle({ organizationId: id, termsVersion: 1, from: to - entries.length, to, entries });
  return answer.type === 'applied' ? null : `the ledger's next entries were ${answer.type}`;
}
