import { aStoredLedger, seededPlans, sha256, snapshotOf, type StoredLedger } from '../../test/a-stored-ledger';
import { verifyLedger } from './verify-ledger';

async function kindsFound(ledger: StoredLedger): Promise<string[]> {
  const { mismatches } = await verifyLedger({ snapshot: snapshotOf(ledger), sha256, onProgress: () => undefined });
  return mismatches.map(({ kind }) => kind);
}

describe('the markup of a charge', () => {
  it('is what was agreed with the organization', async () => {
    const ledger = aStoredLedger();
    expect(await kindsFound(ledger)).toEqual([]);
    expect(await kindsFound({ ...ledger, agreedMarkup: 251 })).toEqual(['markup']);
  });

  it('is that of the plan where nothing was agreed, and not judged where nobody kept what was', async () => {
    const ledger = aStoredLedger();
    expect(await kindsFound({ ...ledger, agreedMarkup: 'none' })).toEqual(['markup']);
    const dearer = seededPlans().map((plan) => ({ ...plan, markupBasisPoints: 250 }));
    const judgedBy = aStoredLedger(undefined, undefined, { plans: dearer });
    expect(await kindsFound({ ...judgedBy, agreedMarkup: 'none' })).toEqual([]);
    expect(await kindsFound({ ...ledger, agreedMarkup: null })).toEqual([]);
  });
});
