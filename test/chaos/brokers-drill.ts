import { Kafka, logLevel } from 'kafkajs';
import { setTimeout as pause } from 'node:timers/promises';
import { until } from '../support/until';
import { compareWithManifest } from './compare-with-manifest';
import { amountOf, type Drill, type DrillFindings, type DrillTerms } from './drill';
import { type DrillGround, openDrillGround } from './drill-ground';
import { seededRandom, shuffled } from './random';
import { underLoad } from './under-load';
import { faultsOfLedger } from './verify-ledger';
import { untilEachMoves } from './watch-offsets';

const BROKERS = [0, 1, 2];
const EVENTS_PER_TURN = 20_000;
const LONGEST_OUTAGE_MS = 5_000;
const RECOVERY_LIMIT_MS = 30_000;

/** How long each partition took to move again, in milliseconds. */
interface Recoveries {
  /** After one broker was killed, which stays dead: others lead its partitions. */
  readonly withoutOne: number[];
  /** After two that were killed together are back: until then nothing can be written. */
  readonly afterTwo: number[];
}

export const brokersDrill: Drill = {
  name: 'brokers',
  summary: 'three brokers that keep three copies and need two of them: one is killed and comes back, then two at once',
  async run(terms: DrillTerms): Promise<DrillFindings> {
    const times = amountOf(terms, 'times', { short: 2, full: 20 });
    const ground = await openDrillGround(terms.note, { clusterSize: 3 });
    const random = seededRandom(terms.seed);
    const recoveries: Recoveries = { withoutOne: [], afterTwo: [] };
    try {
      const load = { ground, seed: terms.seed + 1, events: EVENTS_PER_TURN * times };
      const manifest = await underLoad(load, async () => {
        for (let turn = 1; turn <= times; turn += 1) {
          const [first = 0, second = 1] = shuffled(BROKERS, random);
          recoveries.withoutOne.push(await loseOne(ground, first));
          recoveries.afterTwo.push(await loseTwo(ground, [first, second], LONGEST_OUTAGE_MS * random()));
          terms.note(`turn ${turn} of ${times}: broker ${first + 1}, then ${first + 1} and ${second + 1}`);
        }
      });
      const [one, two] = [worstOf(recoveries.withoutOne), worstOf(recoveries.afterTwo)];
      return {
        seen: [
          `one of three killed ${times} times: every partition moves without it after at most ${one} ms`,
          `two of three killed ${times} times: every partition moves at most ${two} ms after they are back`,
          `${manifest.sent} records of ${manifest.distinct} events`,
        ],
        faults: [
          ...(Math.max(one, two) > RECOVERY_LIMIT_MS ? ['back too late'] : []),
          ...(await compareWithManifest(ground.databaseUrl, manifest)),
          ...(await faultsOfLedger(ground.databaseUrl)),
        ],
      };
    } finally {
      await ground.close();
    }
  },
};

async function loseOne({ kafka, databaseUrl, topic }: DrillGround, broker: number): Promise<number> {
  await untilEachMoves(databaseUrl, topic, 2 * RECOVERY_LIMIT_MS);
  const killedAt = performance.now();
  await kafka.kill(broker);
  await untilEachMoves(databaseUrl, topic, 2 * RECOVERY_LIMIT_MS);
  const recoveryMs = performance.now() - killedAt;
  await kafka.restart(broker);
  await untilInSync(kafka.brokers, topic);
  return recoveryMs;
}

async function loseTwo(
  { kafka, databaseUrl, topic }: DrillGround,
  brokers: readonly number[],
  outageMs: number,
): Promise<number> {
  await Promise.all(brokers.map((broker) => kafka.kill(broker)));
  await pause(outageMs);
  await Promise.all(brokers.map((broker) => kafka.restart(broker)));
  const backAt = performance.now();
  await untilEachMoves(databaseUrl, topic, 2 * RECOVERY_LIMIT_MS);
  const recoveryMs = performance.now() - backAt;
  await untilInSync(kafka.brokers, topic);
  return recoveryMs;
}

/** Until each broker has every record: one that is killed before would leave fewer than two. */
async function untilInSync(brokers: readonly string[], topic: string): Promise<void> {
  const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    const copiesBehind = async (): Promise<number> => {
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
      return topics[0]?.partitions.filter(({ isr }) => isr.length < BROKERS.length).length ?? 1;
    };
    await until(copiesBehind, (behind) => behind === 0, 2 * RECOVERY_LIMIT_MS);
  } finally {
    await admin.disconnect();
  }
}

function worstOf(times: readonly number[]): number {
  return Math.round(Math.max(0, ...times));
}
