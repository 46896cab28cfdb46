import {
  type AdmissionView,
  admissionViewSchema,
  type FailurePolicyView,
  type Problem,
  problemSchema,
} from '@floopy/contracts';
import {
  type AdmissionRefused,
  type AdmissionRejected,
  type Admitted,
  REFUSAL_CODES,
  type RefusalCode,
  type UnaskedReason,
} from './admission-outcomes';
import type { Answer, ExchangeOutcome } from './exchange';

/** What was asked for and not answered, or answered by something that cannot decide. */
export interface Unasked {
  readonly type: 'unasked';
  readonly reason: UnaskedReason;
  readonly detail: string;
}

export interface Decided {
  readonly type: 'decided';
  readonly outcome: Admitted | AdmissionRefused | AdmissionRejected;
  /** What the plan wants done when there is no answer; null where this one did not say. */
  readonly policy: FailurePolicyView | null;
}

/** Reads the answer to a question for admission. */
export function readAdmission(exchanged: ExchangeOutcome): Decided | Unasked {
  if (exchanged.type === 'unanswered') return { ...exchanged, type: 'unasked' };
  if (exchanged.status < 300) {
    const view = admissionViewSchema.safeParse(jsonIn(exchanged.text));
    if (!view.success) return unreadable(exchanged);
    return { type: 'decided', outcome: admitted(view.data), policy: view.data.failure_policy };
  }
  const read = readProblem(exchanged);
  if (read.type === 'unasked') return read;
  const { problem } = read;
  const { code, failure_policy: policy } = problem;
  const outcome = isRefusal(code) ? refused(code, problem) : rejected(problem);
  return { type: 'decided', outcome, policy: policy ?? null };
}

/** What an API says that does not do as it was asked; what it cannot do now counts as not asked. */
export function readProblem(answer: Answer): { readonly type: 'problem'; readonly problem: Problem } | Unasked {
  const read = problemSchema.safeParse(jsonIn(answer.text));
  if (answer.status >= 500 || answer.status === 429) {
    const detail = read.success ? `${read.data.code}: ${read.data.detail}` : `answered ${answer.status}`;
    if (answer.status >= 500) return { type: 'unasked', reason: 'unavailable', detail };
    if (!read.success || read.data.code === 'rate_limited') return { type: 'unasked', reason: 'rate_limited', detail };
  }
  return read.success ? { type: 'problem', problem: read.data } : unreadable(answer);
}

export function rejected({ code, detail, errors = [] }: Problem): AdmissionRejected {
  return { type: 'rejected', code, detail, faults: errors };
}

function admitted({ hold, remaining }: AdmissionView): Admitted {
  return {
    type: 'admitted',
    hold: { id: hold.id, amount: hold.amount, expiresAt: new Date(hold.expires_at) },
    remaining: {
      balance: remaining.balance,
      requests: remaining.requests,
      teamBudget: remaining.team_budget,
    },
  };
}

function isRefusal(code: string): code is RefusalCode {
  return (REFUSAL_CODES as readonly string[]).includes(code);
}

function refused(code: RefusalCode, problem: Problem): AdmissionRefused {
  const { detail, limit, used, held, needed, reset_at, feature, provider, model } = problem;
  return {
    type: 'refused',
    code,
    detail,
    ...(limit === undefined ? {} : { limit }),
    ...(used === undefined ? {} : { used }),
    ...(held === undefined ? {} : { held }),
    ...(needed === undefined ? {} : { needed }),
    ...(reset_at === undefined ? {} : { resetAt: new Date(reset_at) }),
    ...(feature === undefined ? {} : { feature }),
    ...(provider === undefined ? {} : { provider }),
    ...(model === undefined ? {} : { model }),
  };
}

export function unreadable({ status }: Answer): Unasked {
  return { type: 'unasked', reason: 'unreadable', detail: `what answered ${status} does not speak for admission` };
}

/** @returns undefined for what is no JSON. */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
