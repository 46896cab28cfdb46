import {
  applyReprice,
  planReprice,
  type RepricePlan,
  type RepricePlanning,
  type RepriceRequest,
  type ReversalPorts,
} from '@floopy/application';
import {
  createCorrectionStore,
  createRepriceReads,
  createRepriceStore,
  type DatabasePool,
  listRepricePlans,
  queriesOf,
  readRepricePlan,
  saveRepricePlan,
} from '@floopy/postgres';
import { sha256, systemClock } from '@floopy/runtime';

export const CORRECTIONS = Symbol('CORRECTIONS');

/** One call posts for so long, and what is left then is for the next. */
const LONGEST_APPLY_MS = 10_000;

/** What the routes of corrections need. Reprices are of no one organization, so that they go through the writer's pool. */
export interface Corrections {
  readonly reversal: ReversalPorts;
  listPlans(page: Parameters<typeof listRepricePlans>[1]): ReturnType<typeof listRepricePlans>;
  readPlan(number: number): Promise<RepricePlan | null>;
  plan(request: RepriceRequest): Promise<RepricePlanning>;
  /** Posts what is left of a plan, or as much of it as one call may. */
  apply(plan: RepricePlan): Promise<number>;
}

export function openCorrections(writer: DatabasePool): Corrections {
  const queries = queriesOf(writer);
  const reads = createRepriceReads(writer);
  const ends = { clock: systemClock, sha256 };
  const onProgress = (): void => undefined;
  const applying = { reads, store: createRepriceStore(writer), ...ends, onProgress };
  return {
    reversal: { store: createCorrectionStore(writer), ...ends },
    listPlans: (page) => listRepricePlans(queries, page),
    readPlan: (number) => readRepricePlan(writer, number),
    plan: (request) =>
      planReprice({ reads, savePlan: (asked, found) => saveRepricePlan(writer, asked, found), onProgress }, request),
    apply: (plan) => applyReprice({ ...applying, stop: AbortSignal.timeout(LONGEST_APPLY_MS) }, plan),
  };
}
