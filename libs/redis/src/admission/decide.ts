import type { StoreAnswer } from '@floopy/application';
import {
  admissionRemainder,
  type AdmissionQuestion,
  type AdmissionStanding,
  amountOfUnits,
  assert,
  decideAdmission,
  expiryOf,
  type Hold,
  holdKeyText,
  instantOfMilliseconds,
  LARGEST_AMOUNT,
  ZERO_AMOUNT,
} from '@floopy/domain';
import { amountOfLimbs, limbsOf } from './limbs';

/** Numbers that no counted limit can stand against: what is refused by them is refused anyway. */
const BOUNDLESS: AdmissionStanding = {
  balance: LARGEST_AMOUNT,
  held: ZERO_AMOUNT,
  requestsUsed: 0,
  requestsHeld: 0,
  needsSlot: false,
  teamSpent: amountOfUnits(-LARGEST_AMOUNT),
  teamHeld: ZERO_AMOUNT,
};

/** In the order in which the script takes them. */
export function argumentsOfQuestion({ request, limits, holdId, now }: AdmissionQuestion): (string | number)[] {
  const amount = limits.cost.type === 'bounded' ? limits.cost.amount : ZERO_AMOUNT;
  const isRefusedAnyway = decideAdmission(limits, BOUNDLESS).type === 'refused';
  return [
    holdKeyText(request),
    request.requestId,
    request.teamId ?? '',
    holdId,
    ...limbsOf(amount),
    now,
    expiryOf(now, limits.plan.hold.lifetimeSeconds),
    limits.termsVersion,
    limits.period.start,
    isRefusedAnyway ? 1 : 0,
    limits.isOverageBilled ? '' : limits.plan.includedRequests,
    ...(limits.teamLimit === null ? ['', ''] : limbsOf(limits.teamLimit)),
  ];
}

/** Reads the script's answer. Why something is refused, and what is left, the domain says by the script's own numbers. */
export function answerOf(question: AdmissionQuestion, reply: unknown): StoreAnswer {
  const [type, ...numbers] = reply as [string, ...number[]];
  switch (type) {
    case 'not_loaded':
    case 'stale_terms':
      return { type };
    case 'recovering':
      return { type, until: instantOfMilliseconds(Number(numbers[0])) };
    case 'settled':
      return { type };
    case 'repeated':
      return { type, hold: holdOf(numbers[11]), remaining: admissionRemainder(question.limits, standingOf(numbers)) };
    case 'admitted':
      return { type, hold: openedHold(question), remaining: admissionRemainder(question.limits, standingOf(numbers)) };
    default:
      return refusalOf(question, standingOf(numbers));
  }
}

function refusalOf({ limits }: AdmissionQuestion, standing: AdmissionStanding): StoreAnswer {
  const verdict = decideAdmission(limits, standing);
  assert(verdict.type === 'refused', 'the script refuses what the domain refuses');
  return { type: 'refused', refusal: verdict.refusal, remaining: admissionRemainder(limits, standing) };
}

function standingOf(numbers: readonly number[]): AdmissionStanding {
  const at = (index: number): number => numbers[index] ?? 0;
  return {
    balance: amountOfLimbs(at(0), at(1)),
    held: amountOfLimbs(at(2), at(3)),
    requestsUsed: at(4),
    requestsHeld: at(5),
    needsSlot: at(6) === 1,
    teamSpent: amountOfLimbs(at(7), at(8)),
    teamHeld: amountOfLimbs(at(9), at(10)),
  };
}

function openedHold({ request, limits, holdId, now }: AdmissionQuestion): Hold {
  assert(limits.cost.type === 'bounded', 'what has no price is not admitted');
  const { requestId, attemptId, teamId } = request;
  const expiresAt = expiryOf(now, limits.plan.hold.lifetimeSeconds);
  return { holdId, requestId, attemptId, teamId, amount: limits.cost.amount, admittedAt: now, expiresAt };
}

type PackedHold = [string, string, string, number, number, number, number, string];

/** Reads a hold as the scripts pack it. */
export function holdOf(packed: unknown): Hold {
  const [requestId, key, team, high, low, admittedAt, expiresAt, holdId] = packed as PackedHold;
  return {
    holdId,
    requestId,
    attemptId: key === requestId ? null : key.slice(requestId.length + 1),
    teamId: team === '' ? null : team,
    amount: amountOfLimbs(high, low),
    admittedAt: instantOfMilliseconds(admittedAt),
    expiresAt: instantOfMilliseconds(expiresAt),
  };
}
