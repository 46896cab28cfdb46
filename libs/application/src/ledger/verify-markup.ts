import type { PostedUsage } from '@floopy/domain';
import type { Mismatch } from './verify-mismatch';
import type { PlansInTime } from './verify-plans';
import type { RecordedStream } from './verify-sources';

/**
 * Whether a charge has the markup that it had to have: what was agreed with the organization, else what its plan adds; none
 * before there were plans. What was agreed never changes. @returns null when it has, or when nobody can tell
 */
export function findMarkupFault(
  { price, plan }: PostedUsage,
  agreed: RecordedStream['agreedMarkup'],
  plans: PlansInTime | null,
): Pick<Mismatch, 'kind' | 'expected' | 'found'> | null {
  if (price === null || agreed === null) return null;
  const ofPlan = plan === null ? 0 : (plans?.plan(plan.planVersion)?.markupBasisPoints ?? null);
  const expected = agreed === 'none' ? ofPlan : agreed;
  const found = price.markupBasisPoints;
  if (expected === null || expected === found) return null;
  return { kind: 'markup', expected: `${expected} basis points`, found: `${found} basis points` };
}
