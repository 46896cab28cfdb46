import { type AdmissionDecision, admissionLimits, type AdmissionRequest, type FailurePolicy } from '@floopy/domain';
import type { AdmitPorts } from './admission-ports';
import type { StoreAnswer } from './admission-store';
import { joinOrganization, loadOrganization } from './join-organization';

/** What a decision is told with: the plan's word on what to do when nobody answers, and the place that was followed to. */
interface Told {
  readonly failurePolicy: FailurePolicy;
  readonly position: number;
}

type Decided = Extract<AdmissionDecision, { type: 'admitted' | 'repeated' | 'refused' }>;

export type AdmitOutcome =
  | (Decided & Told)
  | Extract<StoreAnswer, { type: 'settled' | 'recovering' | 'unavailable' }>
  | { readonly type: 'unknown_organization' };

/** Loading, and terms that change meanwhile, are each a reason to ask again; whoever needs more is asked to come back. */
export const MOST_QUESTIONS = 4;

/** Decides whether a request may run, and holds what it may cost. Asked again, an open one gets the same answer. */
export async function admitRequest(ports: AdmitPorts, request: AdmissionRequest): Promise<AdmitOutcome> {
  const { organizationId } = request;
  const holdId = ports.holdId();
  if (!(await joinOrganization(ports, organizationId))) return { type: 'unknown_organization' };
  for (let asked = 0; asked < MOST_QUESTIONS; asked += 1) {
    const known = await ports.terms.of(organizationId);
    if (known === null) return { type: 'unknown_organization' };
    const now = ports.clock();
    const limits = admissionLimits(request, known, now);
    const position = ports.followed.positionOf(organizationId);
    const answer = await ports.store.decide({ request, limits, holdId, now });
    if (answer.type === 'stale_terms') ports.terms.forget(organizationId);
    else if (answer.type !== 'not_loaded') {
      return told(answer, { failurePolicy: limits.plan.failurePolicy, position });
    } else if (!(await ports.followed.joining(organizationId, () => loadOrganization(ports, organizationId)))) {
      return { type: 'unknown_organization' };
    }
  }
  return { type: 'unavailable' };
}

/** Field by field: a spread of two costs as much as the decision. */
function told(
  answer: Exclude<StoreAnswer, { type: 'not_loaded' | 'stale_terms' }>,
  { failurePolicy, position }: Told,
): AdmitOutcome {
  switch (answer.type) {
    case 'admitted':
    case 'repeated':
      return { type: answer.type, hold: answer.hold, remaining: answer.remaining, failurePolicy, position };
    case 'refused':
      return { type: answer.type, refusal: answer.refusal, remaining: answer.remaining, failurePolicy, position };
    default:
      return answer;
  }
}
