import { setTimeout as pause } from 'node:timers/promises';
import { findFreePort } from '../../deploy/local/processes/free-port';
import { type PostgresProxy, startPostgresProxy } from '../support/postgres-proxy';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy';
import { compareWithManifest } from './compare-with-manifest';
import { amountOf, type Drill, type DrillFindings, type DrillTerms } from './drill';
import { type DrillGround, openDrillGround } from './drill-ground';
import { begin, type Outage, OUTAGES } from './outages';
import { seededRandom } from './random';
import { underLoad } from './under-load';
import { faultsOfLedger } from './verify-ledger';
import { untilMoving } from './watch-offsets';

const EVENTS_PER_OUTAGE = 20_000;
const LONGEST_OUTAGE_MS = 8_000;
const RECOVERY_LIMIT_MS = 30_000;

export const outagesDrill: Drill = {
  name: 'outages',
  summary:
    'the network to Postgres and to the broker is cut; Postgres is slow, full, stuck; the broker is: for seconds',
  async run(terms: DrillTerms): Promise<DrillFindings> {
    const times = amountOf(terms, 'times', { short: 2, full: 20 });
    const port = await findFreePort();
    const broker = await startTcpProxy(port, {});
    const ground = await openDrillGround(terms.note, { port, advertisedPort: broker.port });
    const postgres = await startPostgresProxy(ground.databaseUrl);
    const parts = { ground, postgres, broker };
    const random = seededRandom(terms.seed);
    const recoveries = new Map<Outage, number[]>(OUTAGES.map((outage) => [outage, []]));
    const load = {
      ground,
      seed: terms.seed + 1,
      events: EVENTS_PER_OUTAGE * times * OUTAGES.length,
      consumerDatabaseUrl: postgres.url,
    };
    try {
      const manifest = await underLoad(load, async () => {
        for (let turn = 0; turn < times * OUTAGES.length; turn += 1) {
          const outage = OUTAGES[turn % OUTAGES.length] ?? 'broker stuck';
          const recoveryMs = await undergo(outage, parts, LONGEST_OUTAGE_MS * random());
          recoveries.get(outage)?.push(recoveryMs);
          terms.note(`${outage}: back after ${Math.round(recoveryMs)} ms`);
        }
      });
      const worst = (outage: Outage): number => Math.round(Math.max(0, ...(recoveries.get(outage) ?? [])));
      return {
        seen: OUTAGES.map((outage) => `${outage}: ${times} times, back after at most ${worst(outage)} ms`),
        faults: [
          ...OUTAGES.filter((outage) => worst(outage) > RECOVERY_LIMIT_MS).map((outage) => `${outage}: back too late`),
          ...(await compareWithManifest(ground.databaseUrl, manifest)),
          ...(await faultsOfLedger(ground.databaseUrl)),
        ],
      };
    } finally {
      await postgres.stop();
      await broker.stop();
      await ground.close();
    }
  },
};

interface Parts {
  readonly ground: DrillGround;
  readonly postgres: PostgresProxy;
  readonly broker: TcpProxy;
}

/** @returns milliseconds from the end of the outage to the next commit. */
async function undergo(outage: Outage, parts: Parts, lengthMs: number): Promise<number> {
  const { databaseUrl, topic } = parts.ground;
  await untilMoving(databaseUrl, topic, 2 * RECOVERY_LIMIT_MS);
  const end = await begin(outage, parts);
  await pause(lengthMs);
  await end();
  const endedAt = performance.now();
  await untilMoving(databaseUrl, topic, 2 * RECOVERY_LIMIT_MS);
  return performance.now() - endedAt;
}
