import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createPool, type DatabasePool } from '@floopy/postgres';
import { VisibleOffsets } from '../bench/latency/visible-offsets';
import { median, percentile } from '../bench/report/figures';
import { compareWithManifest, difference } from './compare-with-manifest';
import { startConsumerProcess } from './consumer-process';
import { amountOf, type Drill, type DrillFindings, type DrillTerms } from './drill';
import { openDrillGround } from './drill-ground';
import { GOOD_PER_SECOND, PoisonFlood } from './poison-flood';
import { PoisonRecords } from './poison-records';
import { seededRandom } from './random';
import { faultsOfLedger } from './verify-ledger';
import { ask, untilPassed } from './watch-offsets';

const MAX_BATCH_RECORDS = 500;
const PHASE_MS = 6_000;
/** The code that parks and the code that charges have both been compiled by then. */
const WARM_UP_PHASES = 2;
const ALLOWED_DELAY_MS = 50;

export const poisonDrill: Drill = {
  name: 'poison',
  summary: 'half of all records cannot be charged, for every documented reason: the other half does not wait for them',
  async run(terms: DrillTerms): Promise<DrillFindings> {
    const turns = amountOf(terms, 'times', { short: 4, full: 30 });
    const ground = await openDrillGround(terms.note);
    mkdirSync(ground.directory, { recursive: true });
    const { databaseUrl, topic } = ground;
    const { brokers } = ground.kafka;
    const consumer = await startConsumerProcess({
      databaseUrl,
      brokers,
      topic,
      logFile: join(ground.directory, 'usage-consumer.log'),
      maxBatchRecords: MAX_BATCH_RECORDS,
    });
    const pool = createPool({ url: databaseUrl, applicationName: 'drill', maxConnections: 1 });
    const random = seededRandom(terms.seed);
    const records = new PoisonRecords(ground.organizations, random);
    const flood = await PoisonFlood.begin({ brokers, topic, records, random });
    try {
      const phases = await measure(flood, { databaseUrl, pool, topic, records, turns, note: terms.note });
      await flood.end();
      await untilPassed(databaseUrl, topic, records.manifest().sent);
      const added = median(phases.map(({ alone, among }) => percentile(among, 0.99) - percentile(alone, 0.99)));
      return {
        seen: seenOf(phases, added, records),
        faults: [
          ...(added < ALLOWED_DELAY_MS ? [] : [`good records waited ${added.toFixed(0)} ms longer (p99)`]),
          ...(await faultsOfReasons(databaseUrl, records)),
          ...(await compareWithManifest(databaseUrl, records.manifest())),
          ...(await faultsOfLedger(databaseUrl)),
        ],
      };
    } finally {
      await consumer.stop();
      await pool.end();
      await ground.close();
    }
  },
};

/** How long good records took, in milliseconds: alone, and then among as many that cannot be charged. */
interface Turn {
  readonly alone: readonly number[];
  readonly among: readonly number[];
}

interface Measurement {
  readonly databaseUrl: string;
  readonly pool: DatabasePool;
  readonly topic: string;
  readonly records: PoisonRecords;
  readonly turns: number;
  readonly note: (fact: string) => void;
}

/** Turn by turn, so that both have the same machine. */
async function measure(flood: PoisonFlood, measurement: Measurement): Promise<Turn[]> {
  const { databaseUrl, pool, topic, records, turns, note } = measurement;
  for (let phase = 0; phase < WARM_UP_PHASES; phase += 1) await flood.send({ isPoisoned: true, forMs: PHASE_MS });
  const measured: Turn[] = [];
  for (let turn = 0; turn < turns; turn += 1) {
    const phase = async (isPoisoned: boolean): Promise<number[]> => {
      const offsets = new VisibleOffsets({ pool }, topic);
      offsets.watch();
      const sent = await flood.send({ isPoisoned, forMs: PHASE_MS });
      await untilPassed(databaseUrl, topic, records.manifest().sent);
      await offsets.stop();
      return offsets.latencies(sent, 0);
    };
    const [alone, among] = [await phase(false), await phase(true)];
    measured.push({ alone, among });
    note(`p99 ${percentile(alone, 0.99).toFixed(0)} ms alone, ${percentile(among, 0.99).toFixed(0)} ms among poison`);
  }
  return measured;
}

function seenOf(turns: readonly Turn[], added: number, records: PoisonRecords): string[] {
  const { sent, parked } = records.manifest();
  const figures = (times: readonly number[]): string =>
    `p50 ${percentile(times, 0.5).toFixed(0)}, p99 ${percentile(times, 0.99).toFixed(0)} ms`;
  const alone = turns.flatMap((turn) => turn.alone);
  const among = turns.flatMap((turn) => turn.among);
  return [
    `${parked} of ${sent} records were parked, for ${records.parkedByReason().size} reasons`,
    `${alone.length} good records alone, ${GOOD_PER_SECOND}/s: ${figures(alone)}`,
    `${among.length} good records among as many others: ${figures(among)}`,
    `added to the p99, in the median of ${turns.length} turns: ${added.toFixed(0)} ms (${ALLOWED_DELAY_MS} allowed)`,
  ];
}

async function faultsOfReasons(databaseUrl: string, records: PoisonRecords): Promise<string[]> {
  const rows = await ask<{ reason: string; parked: number }>(
    databaseUrl,
    'SELECT reason, count(*)::int AS parked FROM dead_letter GROUP BY reason',
  );
  const found = new Map(rows.map(({ reason, parked }) => [reason, parked]));
  const expected = records.parkedByReason();
  return [...new Set([...found.keys(), ...expected.keys()])].flatMap((reason) =>
    difference(`parked as ${reason}`, expected.get(reason) ?? 0, found.get(reason) ?? 0),
  );
}
