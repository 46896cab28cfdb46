import type { TermsStore, TermsTransaction } from '@floopy/application';
import { assert, planCatalogueOf } from '@floopy/domain';
import type { DatabasePool } from '../connection/pool';
import { inTransaction, type Transaction } from '../connection/transaction';
import { readPlans } from '../plans/read-plans';
import { appendChange } from './append-change';
import { createOrganization } from './create-organization';
import { deleteMember } from './delete-member';
import { lockHead } from './lock-head';
import { readChanges } from './read-terms';
import { saveMember } from './save-member';

/** The store behind `changeTerms` and `registerOrganization`, over the writer's pool. */
export function createTermsStore(pool: DatabasePool): TermsStore {
  return {
    inTransaction: (work) => inTransaction(pool, (transaction) => work(termsTransaction(transaction))),
  };
}

function termsTransaction(transaction: Transaction): TermsTransaction {
  let locked: number | undefined;
  const organizationKey = (): number => {
    assert(locked !== undefined, 'the stream is locked before anything else is done');
    return locked;
  };
  return {
    async createStream(organization) {
      const creation = await createOrganization(transaction, organization);
      if (creation.type === 'created') locked = creation.organizationKey;
      return creation.type === 'created';
    },
    async lockStream(organizationId) {
      const head = await lockHead(transaction, organizationId);
      locked = head?.organizationKey;
      return head;
    },
    readChanges: () => readChanges(transaction, organizationKey()),
    readPlans: async () => planCatalogueOf(await readPlans(transaction)),
    async saveChange(recorded) {
      const { change } = recorded;
      await appendChange(transaction, organizationKey(), recorded);
      if (change.type !== 'member') return;
      if (change.role === null) await deleteMember(transaction, organizationKey(), change.memberId);
      else await saveMember(transaction, organizationKey(), change.memberId, change.role);
    },
  };
}
