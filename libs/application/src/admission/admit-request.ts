import {
  type AdmissionDecision,
  admissionLimits,
  type AdmissionRequest,
  type AdmissionTerms,
  type Instant,
  type OrganizationId,
} from '@floopy/domain';
import type { AdmissionSource } from './admission-source';
import type { AdmissionStore, StoreAnswer } from './admission-store';
import type { FollowedOrganizations } from './followed-organizations';

/** What an organization's terms, plans and prices are now, held in memory between questions. */
export interface KnownTerms {
  /** Null when there is no such organization. */
  of(organizationId: OrganizationId): Promise<AdmissionTerms | null>;
  /** They have changed: the next question reads them anew. */
  forget(organizationId: OrganizationId): void;
}

export interface AdmitPorts {
  readonly store: AdmissionStore;
  readonly source: AdmissionSource;
  readonly terms: KnownTerms;
  readonly followed: FollowedOrganizations;
  readonly clock: () => Instant;
  /** A name for a hold that no other has. */
  readonly holdId: () => string;
}

export type AdmitOutcome =
  | AdmissionDecision
  | Extract<StoreAnswer, { type: 'recovering' | 'unavailable' }>
  | { readonly type: 'unknown_organization' };

/** Loading, and terms that change meanwhile, are each a reason to ask again; whoever needs more is asked to come back. */
export const MOST_QUESTIONS = 4;

/** Decides whether a request may run, and holds what it may cost. Asked again, an open one gets the same answer. */
export async function admitRequest(ports: AdmitPorts, request: AdmissionRequest): Promise<AdmitOutcome> {
  const holdId = ports.holdId();
  for (let asked = 0; asked < MOST_QUESTIONS; asked += 1) {
    const known = await ports.terms.of(request.organizationId);
    if (known === null) return { type: 'unknown_organization' };
    const now = ports.clock();
    const limits = admissionLimits(request, known, now);
    const answer = await ports.store.decide({ request, limits, holdId, now });
    if (answer.type === 'stale_terms') ports.terms.forget(request.organizationId);
    else if (answer.type !== 'not_loaded') return answer;
    else if (!(await loadOrganization(ports, request.organizationId))) return { type: 'unknown_organization' };
  }
  return { type: 'unavailable' };
}

type LoadPorts = Pick<AdmitPorts, 'store' | 'source' | 'followed' | 'clock'>;

/** Brings an organization into the store as Postgres has it, and follows its ledger from there. */
export async function loadOrganization(ports: LoadPorts, organizationId: OrganizationId): Promise<boolean> {
  const snapshot = await ports.source.read(organizationId, ports.clock());
  if (snapshot === null) return false;
  await ports.store.load(snapshot);
  ports.followed.follow(snapshot);
  return true;
}
