import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startPostgresProxy } from '../support/postgres-proxy';
import { until } from '../support/until';
import { compareWithManifest } from './compare-with-manifest';
import { startConsumerProcess } from './consumer-process';
import { amountOf, atLeast, type Drill, type DrillFindings, type DrillTerms } from './drill';
import { openDrillGround } from './drill-ground';
import { publishManifest } from './manifest';
import { seededRandom } from './random';
import { faultsOfLedger } from './verify-ledger';
import { offsetsPassed, untilPassed } from './watch-offsets';

const MAX_BATCH_RECORDS = 20;
/** Every second commit is answered by a connection that is cut: the server has heard it, the consumer does not know. */
const CUT_EVERY = 2;
const DUPLICATES = 0.1;
const PATIENCE_MS = 900_000;

export const commitLostDrill: Drill = {
  name: 'commit-lost',
  summary: 'the connection is cut at COMMIT: the outcome is read, never guessed',
  async run(terms: DrillTerms): Promise<DrillFindings> {
    const wanted = amountOf(terms, 'cuts', { short: 200, full: 1_000 });
    const ground = await openDrillGround(terms.note);
    mkdirSync(ground.directory, { recursive: true });
    const proxy = await startPostgresProxy(ground.databaseUrl);
    proxy.cutAnswersToCommit(CUT_EVERY);
    const { databaseUrl, topic, organizations } = ground;
    const { brokers } = ground.kafka;
    const consumer = await startConsumerProcess({
      databaseUrl: proxy.url,
      brokers,
      topic,
      logFile: join(ground.directory, 'usage-consumer.log'),
      maxBatchRecords: MAX_BATCH_RECORDS,
    });
    try {
      const events = CUT_EVERY * MAX_BATCH_RECORDS * wanted;
      const random = seededRandom(terms.seed);
      const manifest = await publishManifest({ brokers, topic, organizations, events, duplicates: DUPLICATES, random });
      await until(
        async () => ({ cuts: proxy.cuts(), passed: await offsetsPassed(databaseUrl, topic) }),
        ({ cuts, passed }) => cuts >= wanted || passed === manifest.sent,
        PATIENCE_MS,
      );
      const cuts = proxy.cuts();
      terms.note(`${cuts} answers cut`);
      proxy.cutAnswersToCommit(0);
      await untilPassed(databaseUrl, topic, manifest.sent);
      return {
        seen: [`${cuts} commits whose answer was lost, ${manifest.sent} records of ${manifest.distinct} events`],
        faults: [
          ...atLeast('lost answers', cuts, wanted / 2),
          ...(await compareWithManifest(databaseUrl, manifest)),
          ...(await faultsOfLedger(databaseUrl)),
        ],
      };
    } finally {
      await consumer.stop();
      await proxy.stop();
      await ground.close();
    }
  },
};
