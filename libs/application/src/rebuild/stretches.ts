import { NO_TERMS, projectTerms } from '@floopy/domain';
import type { RecordedStream } from '../ledger/verify-sources';
import type { Stretch } from './rebuild-ports';

/** How far a stream has been folded: what is written with its entries, and what is absorbed behind them. */
export interface FoldedTo {
  readonly beside: number;
  readonly absorbed: number;
}

/** A stretch, and which folds have yet to take it. */
export interface PendingStretch extends Stretch {
  readonly besideTakes: boolean;
  readonly spendTakes: boolean;
}

/**
 * What is still to be folded of a stream, in order: cut where one of the folds begins or ends, and where an anchor was set,
 * since entries after it may fall into other periods.
 */
export function pendingStretches(
  { organizationId, terms }: RecordedStream,
  from: FoldedTo,
  to: FoldedTo,
): PendingStretch[] {
  const changes = (terms?.changes ?? []).filter(({ change }) => change.type === 'billing_anchor');
  const ends = [from.beside, from.absorbed, to.beside, to.absorbed, ...changes.map(({ position }) => position)];
  const cuts = [...new Set(ends)].sort((left, right) => left - right);
  return cuts.slice(1).flatMap((through, index) => {
    const after = cuts[index] ?? through;
    const besideTakes = after >= from.beside && through <= to.beside;
    const spendTakes = after >= from.absorbed && through <= to.absorbed;
    if (!besideTakes && !spendTakes) return [];
    const { anchors } = changes.filter(({ position }) => position <= after).reduce(projectTerms, NO_TERMS);
    return [{ organizationId, after, through, anchors, besideTakes, spendTakes }];
  });
}
