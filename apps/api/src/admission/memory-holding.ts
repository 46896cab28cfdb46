import { MemoryAdmissionStore } from '@floopy/application';
import { createHoldOwnership, type DatabasePool, queriesOf, readOutsideReleases } from '@floopy/postgres';
import { type Log, type Metrics, systemClock } from '@floopy/runtime';
import type { Holding, HoldJournalSetting } from './holding';

/**
 * Holds in the memory of this process. Only one process at a time may decide: a second memory would be a second budget.
 * Any other refuses to, and tries every second to take over.
 */
export function openMemoryHolding(
  pool: DatabasePool,
  durability: HoldJournalSetting,
  { log, metrics }: { readonly log: Log; readonly metrics: Metrics },
): Holding {
  const ownership = createHoldOwnership(pool);
  const owner = metrics.gauge('floopy_admission_owner', '1 while this process holds in memory and may admit.');
  const unjournaled = metrics.counter(
    'floopy_admission_unjournaled_holds_total',
    'Holds, and ends of holds, that the journal did not take: known to this process alone.',
  );
  const store = new MemoryAdmissionStore({
    journal: () => ownership.journal(),
    durability,
    onJournalFailure: (error, lost) => {
      unjournaled.inc(lost);
      log.error({ error, lost, durability }, 'hold_journal_failed');
    },
  });
  const isOwner = (): boolean => ownership.journal() !== null;
  metrics.beforeScrape(() => owner.set(Number(isOwner())));
  let wasOwner: boolean | null = null;
  return {
    store,
    async keep() {
      await ownership.claim();
      if (isOwner() !== wasOwner) log.info({ isOwner: isOwner() }, 'admission_ownership');
      wasOwner = isOwner();
      if (!isOwner()) return;
      // What an operator released is in the journal, and still held here.
      for (const { organizationId, hold } of await readOutsideReleases(queriesOf(pool))) {
        const answer = await store.release(organizationId, hold, systemClock());
        if (answer === 'released') log.info({ organizationId, holdId: hold.holdId }, 'hold_released_from_outside');
      }
    },
    // Another process may hold what its journal does not have yet.
    holdsNothing: ({ hasOpenHolds }) => !hasOpenHolds && (isOwner() || durability === 'durable'),
    health: () =>
      isOwner()
        ? { status: 'up', details: { store: 'memory' } }
        : { status: 'degraded', details: { store: 'memory', reason: 'another process admits, or Postgres is away' } },
    async close() {
      await store.drain();
      await ownership.release();
    },
  };
}
