import { type Amount, LARGEST_AMOUNT, ZERO_AMOUNT } from '../money/amount';
import { isIdentifier } from '../organization/organization';
import { isServed } from '../usage/usage-event';
import type { PlanDraft } from './plan';

export type PlanFaultCode =
  | 'invalid_name'
  | 'invalid_count'
  | 'invalid_amount'
  | 'invalid_markup'
  | 'invalid_lifetime'
  | 'repeated'
  | 'nothing_counts'
  | 'counts_unserved';

export interface PlanFault {
  readonly code: PlanFaultCode;
  /** Which part of the plan is wrong, from the outside in. */
  readonly path: readonly string[];
}

/** Counts are exact as numbers, and as Postgres' int8. */
export const LARGEST_INCLUDED_REQUESTS = 1_000_000_000_000;
/** As an organization's own markup: a hundredfold. */
export const LARGEST_MARKUP_BASIS_POINTS = 1_000_000;
/** A hold that nobody settles keeps credits from its owner: for a day at most. */
export const LONGEST_HOLD_SECONDS = 86_400;
/** As a usage event may state. */
export const LARGEST_TOKEN_COUNT = 1_000_000_000;
const LONGEST_NAME = 100;

/** Every rule of a plan that a draft breaks; empty when it may be published. */
export function validatePlan(draft: PlanDraft): PlanFault[] {
  const { hold, counting, failurePolicy } = draft;
  return [
    ...(isIdentifier(draft.id) ? [] : [fault('invalid_name', 'id')]),
    ...(isName(draft.name) ? [] : [fault('invalid_name', 'name')]),
    ...wholeFaults(
      draft.includedRequests,
      { largest: LARGEST_INCLUDED_REQUESTS },
      fault('invalid_count', 'included_requests'),
    ),
    ...amountFaults(draft.overageRate, 'overage_rate'),
    ...repeatedFaults(draft.features, 'features'),
    ...wholeFaults(
      draft.markupBasisPoints,
      { largest: LARGEST_MARKUP_BASIS_POINTS },
      fault('invalid_markup', 'markup_basis_points'),
    ),
    ...wholeFaults(
      hold.lifetimeSeconds,
      { smallest: 1, largest: LONGEST_HOLD_SECONDS },
      fault('invalid_lifetime', 'hold', 'lifetime_seconds'),
    ),
    ...wholeFaults(
      hold.assumedOutputTokens,
      { largest: LARGEST_TOKEN_COUNT },
      fault('invalid_count', 'hold', 'assumed_output_tokens'),
    ),
    ...amountFaults(failurePolicy.type === 'open' ? failurePolicy.exposure : null, 'failure_policy', 'exposure'),
    ...countingFaults(counting),
  ];
}

function countingFaults({ outcomes, origins }: PlanDraft['counting']): PlanFault[] {
  return [
    ...(outcomes.length === 0 ? [fault('nothing_counts', 'counting', 'outcomes')] : []),
    // What nobody was served would use up what was paid for.
    ...(outcomes.every(isServed) ? [] : [fault('counts_unserved', 'counting', 'outcomes')]),
    ...(origins.length === 0 ? [fault('nothing_counts', 'counting', 'origins')] : []),
    ...repeatedFaults(outcomes, 'counting', 'outcomes'),
    ...repeatedFaults(origins, 'counting', 'origins'),
  ];
}

function isName(name: string): boolean {
  return name.trim() === name && name.length > 0 && name.length <= LONGEST_NAME;
}

function wholeFaults(
  count: number,
  { smallest = 0, largest }: { readonly smallest?: number; readonly largest: number },
  whenWrong: PlanFault,
): PlanFault[] {
  return Number.isSafeInteger(count) && count >= smallest && count <= largest ? [] : [whenWrong];
}

function amountFaults(amount: Amount | null, ...path: readonly string[]): PlanFault[] {
  return amount === null || (amount >= ZERO_AMOUNT && amount <= LARGEST_AMOUNT)
    ? []
    : [fault('invalid_amount', ...path)];
}

function repeatedFaults(values: readonly string[], ...path: readonly string[]): PlanFault[] {
  return new Set(values).size === values.length ? [] : [fault('repeated', ...path)];
}

function fault(code: PlanFaultCode, ...path: readonly string[]): PlanFault {
  return { code, path };
}
