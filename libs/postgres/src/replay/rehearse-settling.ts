import type { PlanPorts } from '@floopy/application';
import { inRehearsal } from '../connection/in-rehearsal';
import type { DatabasePool } from '../connection/pool';
import { BEGIN_PRICING } from '../pricing/prices-lock';
import type { PriceBookMemory } from '../pricing/price-book-memory';
import { readPublishedVersion } from '../pricing/read-published-version';
import { openSettling, SettlingMemories } from '../usage/settling-transaction';

/** Settles usage under the locks that posting it would take, and undoes whatever that has written. */
export function createSettlingRehearsal(pool: DatabasePool, prices: PriceBookMemory): PlanPorts['rehearse'] {
  return (work) =>
    inRehearsal(
      pool,
      async (transaction) => {
        const { posted: _, ...settling } = openSettling(transaction, new SettlingMemories(prices));
        return work(settling, await readPublishedVersion(transaction));
      },
      BEGIN_PRICING,
    );
}
