import {
  addAmounts,
  type CorrectedCharge,
  type OrganizationId,
  RepriceBook,
  type RightPrices,
  ZERO_AMOUNT,
} from '@floopy/domain';
import type { AllPrices, ChargePlace, OrganizationReprice, RepriceReads, RepriceSelection } from './reprice-ports';

/** Charges that are looked at together: a page of them is in memory. */
export const CHARGES_OF_A_PAGE = 500;

export interface RepriceRequest {
  /** Null for every organization. */
  readonly organizationId: OrganizationId | null;
  readonly selection: RepriceSelection;
  readonly right: RightPrices;
  readonly reason: string;
  readonly plannedBy: string;
}

export type RepricePlanning =
  | { readonly type: 'planned'; readonly number: number; readonly organizations: readonly OrganizationReprice[] }
  | {
      readonly type: 'refused';
      readonly code: 'unknown_organization' | 'unknown_rate_card' | 'unknown_override' | 'override_of_one';
    };

export interface PlanRepricePorts {
  readonly reads: RepriceReads;
  /** Keeps the plan, and answers its number. */
  readonly savePlan: (request: RepriceRequest, organizations: readonly OrganizationReprice[]) => Promise<number>;
  /** Told now and then how many charges were looked at. */
  readonly onProgress: (charges: number) => void;
}

/**
 * Says what usage of an interval would have cost by the right prices, for each organization, and keeps that as a plan. What is
 * charged afterwards is no part of it.
 */
export async function planReprice(ports: PlanRepricePorts, request: RepriceRequest): Promise<RepricePlanning> {
  const prices = await ports.reads.readPrices();
  const all = await ports.reads.listOrganizations();
  const refusal = findRefusal(request, prices, all);
  if (refusal !== null) return { type: 'refused', code: refusal };
  const book = new RepriceBook(prices.cards, prices.overrides);
  const wanted = request.organizationId === null ? all : [request.organizationId];
  const organizations: OrganizationReprice[] = [];
  let charges = 0;
  for (const organizationId of wanted) {
    const reprice = await repriceOf(ports.reads, organizationId, request, book, (looked) => {
      charges += looked;
      ports.onProgress(charges);
    });
    if (reprice.entries + reprice.unpriced + reprice.reversed > 0) organizations.push(reprice);
  }
  return { type: 'planned', number: await ports.savePlan(request, organizations), organizations };
}

function findRefusal(
  { organizationId, right }: RepriceRequest,
  { cards, overrides }: AllPrices,
  all: readonly OrganizationId[],
): Extract<RepricePlanning, { type: 'refused' }>['code'] | null {
  if (organizationId !== null && !all.includes(organizationId)) return 'unknown_organization';
  const { rateCardVersion, overrideVersion } = right;
  if (rateCardVersion !== 'kept' && !cards.some(({ version }) => version === rateCardVersion))
    return 'unknown_rate_card';
  if (typeof overrideVersion !== 'number') return null;
  if (organizationId === null) return 'override_of_one';
  const isKnown = overrides.some((each) => each.organizationId === organizationId && each.version === overrideVersion);
  return isKnown ? null : 'unknown_override';
}

async function repriceOf(
  reads: RepriceReads,
  organizationId: OrganizationId,
  { selection, right }: RepriceRequest,
  book: RepriceBook,
  onLooked: (charges: number) => void,
): Promise<OrganizationReprice> {
  const through = await reads.readEnd(organizationId);
  let sum = noReprice(organizationId, through);
  let after: ChargePlace | null = null;
  for (;;) {
    const stretch = { selection, through, after, limit: CHARGES_OF_A_PAGE };
    const charges: readonly CorrectedCharge[] = await reads.readCharges(organizationId, stretch);
    for (const charge of charges) sum = addDecision(sum, charge, book, right);
    onLooked(charges.length);
    after = lastPlace(charges);
    if (charges.length < CHARGES_OF_A_PAGE) return sum;
  }
}

function noReprice(organizationId: OrganizationId, through: number): OrganizationReprice {
  const nothing = { entries: 0, before: ZERO_AMOUNT, after: ZERO_AMOUNT, reversed: 0, unpriced: 0, missing: null };
  return { organizationId, through, ...nothing };
}

function addDecision(
  sum: OrganizationReprice,
  charge: CorrectedCharge,
  book: RepriceBook,
  right: RightPrices,
): OrganizationReprice {
  const decision = book.decide(charge, right);
  switch (decision.type) {
    case 'repriced': {
      const { before, after } = decision;
      return {
        ...sum,
        entries: sum.entries + 1,
        before: addAmounts(sum.before, before),
        after: addAmounts(sum.after, after),
      };
    }
    case 'reversed':
      return { ...sum, reversed: sum.reversed + 1 };
    case 'unpriced':
      return { ...sum, unpriced: sum.unpriced + 1, missing: sum.missing ?? decision.rate };
    case 'unchanged':
      return sum;
  }
}

/** Where the next page of charges goes on; null after the last. */
export function lastPlace(charges: readonly CorrectedCharge[]): ChargePlace | null {
  const last = charges.at(-1)?.charge;
  return last === undefined ? null : { occurredAt: last.occurredAt, sequence: last.sequence };
}
