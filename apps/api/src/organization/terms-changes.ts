import { type ChangeOutcome, changeTerms, type ChangeTermsPorts } from '@floopy/application';
import { encodeProblem } from '@floopy/contracts';
import { featureNeeded, type TermsChange } from '@floopy/domain';
import type { Log } from '@floopy/runtime';
import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '../access/caller';
import { API_LOG } from '../http/api-log';
import type { BoundOrganization } from '../http/api-request';
import { timeOf } from '../http/interval-of';
import { invalidRequest, ProblemError, WrittenProblem } from '../problems/problem-error';

export const TERMS_PORTS = Symbol('TERMS_PORTS');

/** A change of terms that a route asks for. */
export interface AskedChange {
  readonly change: TermsChange;
  /** RFC 3339, as validation has passed it; at once when absent. */
  readonly effectiveAt?: string | undefined;
}

/** Changes terms for the controllers, and says in HTTP's words when they may not be changed. */
@Injectable()
export class TermsChanges {
  constructor(
    @Inject(TERMS_PORTS) private readonly ports: ChangeTermsPorts,
    @Inject(API_LOG) private readonly log: Log,
  ) {}

  async make(
    { id: organizationId }: BoundOrganization,
    { actor, name: changedBy }: Caller,
    { change, effectiveAt }: AskedChange,
  ): Promise<void> {
    const outcome = await changeTerms(this.ports, {
      organizationId,
      change,
      effectiveAt: effectiveAt === undefined ? null : timeOf(effectiveAt),
      actor,
      changedBy,
    });
    if (outcome.type === 'refused') throw problemOfRefusal(outcome, change);
    if (outcome.type === 'unchanged') return;
    const { number: termsVersion, position } = outcome.recorded;
    this.log.info({ organizationId, change: change.type, termsVersion, position, changedBy, actor }, 'terms_changed');
  }
}

/** The one place in which a refused change becomes a problem. */
export function problemOfRefusal({ code }: Extract<ChangeOutcome, { type: 'refused' }>, change?: TermsChange): Error {
  switch (code) {
    case 'unknown_organization':
      return new ProblemError('not_found', 'There is no such organization.');
    case 'forbidden':
      return new ProblemError('forbidden', 'The role of this API key does not allow it.');
    case 'organization_closed':
      return new ProblemError(
        'organization_closed',
        'The organization is closed, for good: nothing of it can be changed.',
      );
    case 'plan_required':
      return planRequired(change);
    case 'unknown_plan':
      return unprocessable('/plan', 'is no plan that is in force at that time');
    case 'last_owner':
      return unprocessable('/role', 'would leave the organization without an owner');
    case 'takes_effect_in_the_past':
      return invalidRequest([{ pointer: '/effective_at', detail: 'must not be in the past' }]);
    case 'takes_effect_too_soon':
      return invalidRequest([{ pointer: '/effective_at', detail: 'must be at least 5 minutes from now' }]);
    case 'takes_effect_at_once_only':
      return invalidRequest([{ pointer: '/effective_at', detail: 'cannot be chosen: it takes effect at once' }]);
    case 'invalid_anchor':
      return invalidRequest([{ pointer: '/day', detail: 'must be a day from 1 to 31 and an hour from 0 to 23' }]);
    case 'invalid_limit':
      return invalidRequest([{ pointer: '/limit', detail: 'must be an amount that a ledger can hold, not negative' }]);
    case 'invalid_id':
      return invalidRequest([{ pointer: '/id', detail: 'must be 1 to 128 visible ASCII characters' }]);
  }
}

function planRequired(change: TermsChange | undefined): Error {
  const feature = change === undefined ? null : featureNeeded(change);
  const detail = 'The plan does not permit this; choose one that does first.';
  return new WrittenProblem(encodeProblem('plan_required', detail, [], feature === null ? {} : { feature }));
}

function unprocessable(pointer: string, detail: string): ProblemError {
  return new ProblemError('unprocessable', `The request cannot be carried out: ${pointer.slice(1)} ${detail}.`, [
    { pointer, detail },
  ]);
}
