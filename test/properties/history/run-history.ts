import { verifyLedger } from '@floopy/application';
import { inLedgerSnapshot } from '@floopy/postgres';
import { sha256 } from '@floopy/runtime';
import { strict as assert } from 'node:assert';
import type { TestServers } from '../../support/servers';
import { createTestDatabase } from '../../support/test-database';
import { Comparison } from './compare';
import { Cuts } from './cuts';
import { rebuild } from './machine-acts';
import { play } from './play';
import type { Seen } from './seen';
import type { Step } from './steps';
import { World } from './world';

/** `runHistory` on a database of its own. */
export async function runOnDatabase(steps: readonly Step[], seen: Seen, servers?: TestServers): Promise<void> {
  const database = await createTestDatabase(servers);
  try {
    await runHistory(database.url, steps, seen);
  } finally {
    await database.drop();
  }
}

/**
 * Lives through one history on an empty, migrated database, and compares after every step with an oracle that shares no
 * function with the domain. At the end everything that is left in the log is read, every earlier balance is asked for again, and
 * verification has to find nothing. @throws at the first difference
 *
 * Everything is real but the broker: records are handed to the consumer's use case as its reader hands them over, and
 * connections to Postgres really break.
 */
async function runHistory(url: string, steps: readonly Step[], seen: Seen): Promise<void> {
  const cuts = new Cuts();
  const world = await World.open(url, cuts);
  const comparison = new Comparison(world);
  try {
    for (const step of steps) {
      await play(world, step);
      await comparison.ofNow();
    }
    await play(world, { act: { type: 'read', most: Number.MAX_SAFE_INTEGER, isFatal: false }, cut: null });
    await comparison.ofNow();
    await comparison.ofAllTime();
    const { mismatches } = await inLedgerSnapshot(world.pool, (snapshot) =>
      verifyLedger({ snapshot, sha256, onProgress: () => undefined }),
    );
    assert.deepEqual(mismatches, [], 'what verification finds');
    assert.deepEqual(await rebuild(world), [], 'what a rebuild finds');
    seen.add(world);
  } finally {
    await world.close();
  }
}
