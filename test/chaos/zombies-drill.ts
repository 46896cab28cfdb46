import { ingestUsage, type UsageBatch } from '@floopy/application';
import { claimPartition, createIngestStore, createPool, PriceBookMemory, queriesOf } from '@floopy/postgres';
import { sha256, systemClock } from '@floopy/runtime';
import { setTimeout as pause } from 'node:timers/promises';
import { aPlainUsage, batchRecordOf } from '../support/usage-records';
import { amountOf, atLeast, type Drill, type DrillFindings, type DrillTerms } from './drill';
import { openDrillGround } from './drill-ground';
import { seededRandom } from './random';
import { faultsOfLedger } from './verify-ledger';
import { ask } from './watch-offsets';

const TOPIC = 'drill.zombies';
const RECORDS = 5;
/** A stale reader's batch and its successor's claim begin within so little of each other. */
const RACE_MS = 4;
const CONNECTIONS = 4;

/** A reader that was replaced hands its batch in at the moment of its successor's claim, or after it: it writes all or nothing. */
export const zombiesDrill: Drill = {
  name: 'zombies',
  summary: 'stale consumers that go on writing: never after their successor has claimed',
  async run(terms: DrillTerms): Promise<DrillFindings> {
    const zombies = amountOf(terms, 'zombies', { short: 1_000, full: 1_000 });
    const ground = await openDrillGround(terms.note);
    const pool = createPool({
      url: ground.databaseUrl,
      applicationName: 'drill',
      maxConnections: CONNECTIONS,
      pipeline: true,
      role: 'floopy_writer',
    });
    const ports = { store: createIngestStore(pool, new PriceBookMemory(), sha256), sha256, clock: systemClock };
    const random = seededRandom(terms.seed);
    const claim = () => claimPartition(queriesOf(pool), TOPIC, 0, 0);
    let fenced = 0;
    let inTime = 0;
    const faults: string[] = [];
    try {
      for (let number = 0; number < zombies; number += 1) {
        const stale = await claim();
        const batch = batchFrom(stale, ground.organizations[number % ground.organizations.length] ?? '');
        const delay = random() < 0.5 ? 0 : RACE_MS * random();
        const successor = pause(random() < 0.5 ? 0 : RACE_MS * random()).then(claim);
        const [outcome] = await pause(delay).then(() => ingestUsage(ports, [batch]));
        const claimed = await successor;
        if (outcome?.type === 'fenced') fenced += 1;
        else inTime += 1;
        const [after] = await ingestUsage(ports, [{ ...batch, epoch: claimed.epoch }]);
        const passed = after?.type === 'ingested' ? after.nextOffset : -1;
        if (passed !== batch.continuousUntil) faults.push(`zombie ${number}: its successor ended at ${passed}`);
      }
      const [row] = await ask<{ entries: number }>(
        ground.databaseUrl,
        'SELECT count(*)::int AS entries FROM ledger_event',
      );
      if (row?.entries !== RECORDS * zombies) faults.push(`${row?.entries} entries of ${RECORDS * zombies} events`);
      return {
        seen: [`${zombies} stale readers: ${fenced} fenced, ${inTime} committed before their successor's claim`],
        faults: [...faults, ...atLeast('fenced', fenced, zombies / 10), ...(await faultsOfLedger(ground.databaseUrl))],
      };
    } finally {
      await pool.end();
      await ground.close();
    }
  },
};

function batchFrom(
  { epoch, nextOffset }: { readonly epoch: number; readonly nextOffset: number },
  organization: string,
): UsageBatch {
  const records = Array.from({ length: RECORDS }, (_, index) => {
    const offset = nextOffset + index;
    const body = { organization_id: organization, request_id: `req_${offset}` };
    return batchRecordOf(offset, aPlainUsage({ id: `evt_${offset}`, body }));
  });
  const continuousUntil = nextOffset + RECORDS;
  return { topic: TOPIC, partition: 0, epoch, continuousFrom: nextOffset, continuousUntil, records };
}
