import {
  addAmounts,
  assert,
  type CorrectedCharge,
  type Instant,
  type OrganizationId,
  type Posting,
  postReprice,
  RepriceBook,
  type Sha256,
  ZERO_AMOUNT,
} from '@floopy/domain';
import type { CorrectingStream } from './correction-store';
import { CHARGES_OF_A_PAGE, lastPlace } from './plan-reprice';
import type { RepricePlan, RepriceReads, RepriceTransaction } from './reprice-ports';
import { recordedOn } from './reverse-charge';

export interface ApplyRepricePorts {
  readonly reads: Pick<RepriceReads, 'readPrices'>;
  readonly store: {
    inTransaction<Result>(work: (transaction: RepriceTransaction) => Promise<Result>): Promise<Result>;
  };
  readonly clock: () => Instant;
  readonly sha256: Sha256;
  /** Told after each transaction how many entries were posted in all. */
  readonly onProgress: (posted: number) => void;
  readonly stop: AbortSignal;
}

/**
 * Makes the charges of a plan what they should have been, by compensating entries, a page in a transaction that also notes how
 * far it is. So an interrupted run goes on where it was, and a plan that was applied posts nothing more. A charge that was
 * reversed meanwhile is left out; one that was repriced meanwhile is made what this plan says.
 * @returns how many entries this run has posted
 */
export async function applyReprice(ports: ApplyRepricePorts, plan: RepricePlan): Promise<number> {
  const { cards, overrides } = await ports.reads.readPrices();
  const book = new RepriceBook(cards, overrides);
  let posted = 0;
  for (const { organizationId, isFinished } of plan.organizations) {
    for (let more = !isFinished; more && !ports.stop.aborted;) {
      const step = await applyPage(ports, plan, organizationId, book);
      posted += step.posted;
      ports.onProgress(posted);
      more = !step.isFinished;
    }
  }
  return posted;
}

async function applyPage(
  ports: ApplyRepricePorts,
  plan: RepricePlan,
  organizationId: OrganizationId,
  book: RepriceBook,
): Promise<{ readonly posted: number; readonly isFinished: boolean }> {
  return ports.store.inTransaction(async (transaction) => {
    const stream = await transaction.lockStream(organizationId);
    assert(stream !== null, 'a plan is of organizations that there are');
    const progress = await transaction.lockProgress(plan.number);
    if (progress.isFinished) return { posted: 0, isFinished: true };
    const { through, after } = progress;
    const stretch = { selection: plan.selection, through, after, limit: CHARGES_OF_A_PAGE };
    const charges = await transaction.readCharges(stretch);
    const postings = postPage(ports, plan, stream, charges, book);
    const isFinished = charges.length < CHARGES_OF_A_PAGE;
    const credited = postings.reduce((sum, { event }) => addAmounts(sum, event.amount), ZERO_AMOUNT);
    await transaction.save({ postings, count: null });
    const step = { after: lastPlace(charges) ?? after, isFinished, posted: postings.length, credited };
    await transaction.saveStep(plan.number, step);
    return step;
  });
}

function postPage(
  { clock, sha256 }: ApplyRepricePorts,
  { number: repricePlan, right, reason }: RepricePlan,
  stream: CorrectingStream,
  charges: readonly CorrectedCharge[],
  book: RepriceBook,
): Posting[] {
  const recordedAt = recordedOn(stream, clock());
  const postings: Posting[] = [];
  for (const corrected of charges) {
    const decision = book.decide(corrected, right);
    if (decision.type !== 'repriced') continue;
    const head = postings.at(-1)?.head ?? stream.head;
    const { price, after: amount } = decision;
    postings.push(postReprice(head, corrected, { price, amount, repricePlan, reason }, recordedAt, sha256));
  }
  return postings;
}
