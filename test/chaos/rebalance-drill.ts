import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { compareWithManifest } from './compare-with-manifest';
import { type ConsumerProcess, startConsumerProcess } from './consumer-process';
import { amountOf, atLeast, type Drill, type DrillFindings, type DrillTerms } from './drill';
import { type DrillGround, openDrillGround } from './drill-ground';
import { publishManifest } from './manifest';
import { seededRandom } from './random';
import { faultsOfLedger } from './verify-ledger';
import { claimsMade, untilPassed } from './watch-offsets';

const CONSUMERS = 4;
const MAX_BATCH_RECORDS = 200;
const LONGEST_PAUSE_MS = 2_000;
const DUPLICATES = 0.1;
/** Of those that leave, so many do so without a word. */
const KILLED = 0.5;
const EVENTS_PER_CHANGE = 4_000;

export const rebalanceDrill: Drill = {
  name: 'rebalance',
  summary: 'up to four consumers that join, leave and die every other second, under load',
  async run(terms: DrillTerms): Promise<DrillFindings> {
    const changes = amountOf(terms, 'changes', { short: 20, full: 200 });
    const ground = await openDrillGround(terms.note);
    mkdirSync(ground.directory, { recursive: true });
    const { databaseUrl, topic, organizations } = ground;
    const published = publishManifest({
      brokers: ground.kafka.brokers,
      topic,
      organizations,
      events: EVENTS_PER_CHANGE * changes,
      duplicates: DUPLICATES,
      random: seededRandom(terms.seed + 1),
    });
    // Awaited below; a failure meanwhile is thrown there.
    published.catch(() => undefined);
    const group: ConsumerProcess[] = [];
    try {
      const counts = await storm(ground, group, changes, seededRandom(terms.seed));
      if (group.length === 0) group.push(await joinGroup(ground, changes));
      const manifest = await published;
      await untilPassed(databaseUrl, topic, manifest.sent);
      const claims = await claimsMade(databaseUrl);
      return {
        seen: [
          `${counts.joined} consumers joined, ${counts.left} left in good order, ${counts.killed} were killed; ${claims} claims`,
          `${manifest.sent} records of ${manifest.distinct} events`,
        ],
        faults: [
          ...atLeast('claims', claims, changes),
          ...(await compareWithManifest(databaseUrl, manifest)),
          ...(await faultsOfLedger(databaseUrl)),
        ],
      };
    } finally {
      await Promise.all(group.map((consumer) => consumer.stop()));
      await ground.close();
    }
  },
};

async function storm(
  ground: DrillGround,
  group: ConsumerProcess[],
  changes: number,
  random: () => number,
): Promise<Readonly<Record<'joined' | 'left' | 'killed', number>>> {
  const counts = { joined: 0, left: 0, killed: 0 };
  for (let change = 0; change < changes; change += 1) {
    const joins = group.length === 0 || (group.length < CONSUMERS && random() < 0.5);
    if (joins) {
      group.push(await joinGroup(ground, change));
      counts.joined += 1;
    } else {
      const [leaving] = group.splice(Math.floor(random() * group.length), 1);
      const isKilled = random() < KILLED;
      await (isKilled ? leaving?.kill() : leaving?.stop());
      counts[isKilled ? 'killed' : 'left'] += 1;
    }
    await pause(random() * LONGEST_PAUSE_MS);
  }
  return counts;
}

function joinGroup({ databaseUrl, kafka, topic, directory }: DrillGround, number: number): Promise<ConsumerProcess> {
  const logFile = join(directory, `usage-consumer-${number}.log`);
  return startConsumerProcess({
    databaseUrl,
    brokers: kafka.brokers,
    topic,
    logFile,
    maxBatchRecords: MAX_BATCH_RECORDS,
  });
}
