import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { compareWithManifest } from './compare-with-manifest';
import { startConsumerProcess } from './consumer-process';
import { amountOf, type Drill, type DrillFindings, type DrillTerms } from './drill';
import { openDrillGround } from './drill-ground';
import { publishManifest } from './manifest';
import { seededRandom } from './random';
import { faultsOfLedger } from './verify-ledger';
import { ask, untilPassed } from './watch-offsets';

const MAX_BATCH_RECORDS = 500;
const DUPLICATES = 0.1;
const DISORDER = { hotShare: 0.9, lateShare: 0.05, window: 500 };

export const disorderDrill: Drill = {
  name: 'disorder',
  summary: 'duplicates, events out of order and two months late, nine tenths of them of one organization',
  async run(terms: DrillTerms): Promise<DrillFindings> {
    const events = amountOf(terms, 'events', { short: 50_000, full: 1_000_000 });
    const ground = await openDrillGround(terms.note);
    mkdirSync(ground.directory, { recursive: true });
    const { databaseUrl, topic, organizations } = ground;
    const { brokers } = ground.kafka;
    const consumer = await startConsumerProcess({
      databaseUrl,
      brokers,
      topic,
      logFile: join(ground.directory, 'usage-consumer.log'),
      maxBatchRecords: MAX_BATCH_RECORDS,
    });
    try {
      const random = seededRandom(terms.seed);
      const generation = { brokers, topic, organizations, events, duplicates: DUPLICATES, random, disorder: DISORDER };
      const manifest = await publishManifest(generation);
      await untilPassed(databaseUrl, topic, manifest.sent);
      const [months] = await ask<{ periods: number; late: number }>(
        databaseUrl,
        `SELECT count(DISTINCT period_start)::int AS periods,
                (SELECT count(*)::int FROM ledger_event WHERE occurred_at < '2026-09-01T00:00Z') AS late
           FROM monthly_usage`,
      );
      return {
        seen: [
          `${manifest.sent} records of ${manifest.distinct} events, ${months?.late} of them two months late, ` +
            `in ${months?.periods} periods`,
        ],
        faults: [...(await compareWithManifest(databaseUrl, manifest)), ...(await faultsOfLedger(databaseUrl))],
      };
    } finally {
      await consumer.stop();
      await ground.close();
    }
  },
};
