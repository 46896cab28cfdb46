import * as fc from 'fast-check';
import { join } from 'node:path';
import { removeEmbeddedPostgres, startEmbeddedPostgres } from '../../deploy/local/embedded-postgres';
import { histories } from '../properties/history/draw-history';
import { runOnDatabase } from '../properties/history/run-history';
import { RARE_STATES, Seen } from '../properties/history/seen';
import type { Step } from '../properties/history/steps';
import { temporaryDirectory } from '../support/temporary-directory';
import { amountOf, atLeast, type Drill, type DrillFindings, type DrillTerms } from './drill';

const NOTED_EVERY = 50;

/** Many more of the histories of `test/properties`, each on a database of its own. */
export const modelDrill: Drill = {
  name: 'model',
  summary: 'histories of everything that may happen, at random and with connections that break, against an oracle',
  async run(terms: DrillTerms): Promise<DrillFindings> {
    const runs = amountOf(terms, 'runs', { short: 250, full: 5_000 });
    const home = temporaryDirectory();
    const directory = join(home.path, 'postgres');
    const postgres = await startEmbeddedPostgres({ directory, durable: false, onProgress: terms.note });
    const servers = { kafkaBrokers: [], databaseUrl: postgres.url, run: 'model' };
    const seen = new Seen();
    try {
      const property = fc.asyncProperty(histories, async (steps) => {
        await runOnDatabase(steps, seen, servers);
        if (seen.histories % NOTED_EVERY === 0) terms.note(`${seen.histories} of ${runs} histories`);
      });
      const details = await fc.check(property, { seed: terms.seed, numRuns: runs });
      return { seen: [`${seen.histories} histories`, ...seen.lines], faults: faultsOf(details, seen) };
    } finally {
      await postgres.stop();
      removeEmbeddedPostgres(directory);
      home.remove();
    }
  },
};

/** A fault comes with the shortest history that was found for it, which its seed and path repeat. */
function faultsOf(details: fc.RunDetails<[Step[]]>, seen: Seen): string[] {
  if (details.failed) {
    const { errorInstance: error } = details;
    return [`${error instanceof Error ? error.message : String(error)}\n${fc.defaultReportMessage(details) ?? ''}`];
  }
  return RARE_STATES.flatMap((state) => atLeast(state, seen.counts.get(state) ?? 0, 1));
}
