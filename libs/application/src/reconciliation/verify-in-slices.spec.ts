import { organizationIdOf } from '@floopy/domain';
import { sha256 } from '../../test/a-stored-ledger';
import type { LedgerSnapshot } from '../ledger/verify-sources';
import { SlicedVerification } from './verify-in-slices';

/** A ledger of organizations without entries, each with its key. */
function aStore(keys: readonly number[]) {
  const looked: number[] = [];
  const nothing: LedgerSnapshot = {
    readPublishedContents: () => Promise.resolve([]),
    readPublishedPlans: () => Promise.resolve(null),
    async *readParts() {},
    async *findRepetitions() {},
    async *findCorrections() {},
    readPartitions: () => Promise.resolve(null),
    readGuards: () => Promise.resolve(null),
    findUnsoundLetters: () => null,
  };
  return {
    looked,
    store: {
      findNextOrganization: (afterKey: number) => {
        const organizationKey = keys.find((key) => key > afterKey);
        const found = organizationKey === undefined ? null : { organizationKey, organizationId: idOf(organizationKey) };
        return Promise.resolve(found);
      },
      inLedgerSnapshot: <Result>(key: number, work: (snapshot: LedgerSnapshot) => Promise<Result>) => {
        looked.push(key);
        return work(nothing);
      },
    },
  };
}

const idOf = (key: number) => organizationIdOf(`org_${key}`);

describe('SlicedVerification', () => {
  it('walks over all organizations from where it is told to begin, and begins anew', async () => {
    const { store, looked } = aStore([2, 3, 7]);
    const walk = new SlicedVerification({ store, sha256 }, 2);
    for (let turn = 0; turn < 4; turn += 1) await walk.verifyNext();
    expect(looked).toEqual([3, 7, 2, 3]);
  });

  it('says whose ledger it was, and what was found', async () => {
    const { store } = aStore([5]);
    const slice = await new SlicedVerification({ store, sha256 }, 9).verifyNext();
    expect(slice).toMatchObject({ organizationKey: 5, organizationId: 'org_5', verification: { ok: true } });
  });

  it('has nothing to do without organizations', async () => {
    expect(await new SlicedVerification({ store: aStore([]).store, sha256 }, 0).verifyNext()).toBeNull();
  });
});
