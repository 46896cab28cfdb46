import type { Redriven, RedrivePorts, RedriveTransaction } from '@floopy/application';
import { inRehearsal } from '../connection/in-rehearsal';
import type { DatabasePool } from '../connection/pool';
import { inTransaction, type Transaction } from '../connection/transaction';
import { lockOpenLetters } from '../dead-letters/lock-open-letters';
import { saveLetterFates } from '../dead-letters/save-letter-fates';
import { BEGIN_PRICING } from '../pricing/prices-lock';
import type { PriceBookMemory } from '../pricing/price-book-memory';
import { type PostedTerms, savePosted } from './save-posted';
import { openSettling, SettlingMemories } from './settling-transaction';

/** The store behind `redriveUsage`: everything that letters read and write, in one Postgres transaction. */
export function createRedriveStore(pool: DatabasePool, prices: PriceBookMemory): RedrivePorts['store'] {
  const memories = new SettlingMemories(prices);
  return {
    inTransaction: (work) =>
      inTransaction(pool, (transaction) => work(redriveTransaction(transaction, memories)), BEGIN_PRICING),
  };
}

/** As the store of `createRedriveStore`, and then undoes all of it: what would become of letters is told, and nothing does. */
export function createRehearsalStore(pool: DatabasePool, prices: PriceBookMemory): RedrivePorts['store'] {
  return {
    // What is remembered of rows that will not be there is forgotten with each rehearsal.
    inTransaction: (work) =>
      inRehearsal(
        pool,
        (transaction) => work(redriveTransaction(transaction, new SettlingMemories(prices))),
        BEGIN_PRICING,
      ),
  };
}

function redriveTransaction(transaction: Transaction, memories: SettlingMemories): RedriveTransaction {
  const { posted, ...settling } = openSettling(transaction, memories);
  return {
    ...settling,
    lockLetters: (letterKeys) => lockOpenLetters(transaction, letterKeys),
    save: (redriven) => saveRedriven(transaction, redriven, posted()),
  };
}

/** Begun together, so that a pipelining connection sends them together; answered, and failing, in this order. */
async function saveRedriven(transaction: Transaction, redriven: Redriven, terms: PostedTerms): Promise<void> {
  const { letters, settlement, operator } = redriven;
  const organizationKeyOf = (id: Parameters<PostedTerms['streamOf']>[0]): number => terms.streamOf(id).organizationKey;
  await Promise.all([
    ...savePosted(transaction, settlement, terms),
    ...saveLetterFates(transaction, { letters, operator, organizationKeyOf }),
  ]);
}
