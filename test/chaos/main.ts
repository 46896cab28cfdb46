import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { readLocalEnvironment } from '../../deploy/local/environment';
import { repositoryRoot } from '../../deploy/local/repository-root';
import { type AdmissionDrillResult, runAdmissionDrill } from './admission-drill';
import { type DrilledStore, openAdmissionGround } from './admission-ground';
import { compareWithManifest } from './compare-with-manifest';
import { openDrillGround } from './drill-ground';
import { type KillDrillResult, runKillDrill, type Victim } from './kill-drill';

const USAGE = `npm run drill -- kill [--events 200000] [--consumer 25] [--postgres 5] [--broker 5] [--seed n]
Kills processes at random moments under load, then compares the ledger with the generator's own manifest.

npm run drill -- admission [--cycles 50] [--seed n]
Kills the API, Redis and the consumer, each so many times, at random moments while clients ask for more than there is; then
the API alone, with holds in its memory. Never more is admitted than was credited, and nothing is held in the end.`;
const WRONG_USAGE = 2;
const LEAST_SHARE_INSIDE = 0.8;
const ADMISSION_ORGANIZATIONS = 5;
const ABANDONED = 0.1;
/** Longer than any usage is on its way while its consumer comes back: a hold that expires before it is charged is admitted again. */
const HOLD_SECONDS = 120;

/** Runs a drill and prints its report. @returns the exit code: 0 when nothing was lost, doubled or mispriced. */
export async function runDrill(commandLine: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...commandLine],
    allowPositionals: true,
    options: {
      events: { type: 'string', default: '200000' },
      consumer: { type: 'string', default: '25' },
      postgres: { type: 'string', default: '5' },
      broker: { type: 'string', default: '5' },
      cycles: { type: 'string', default: '50' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    },
  });
  const seed = Number(values.seed);
  switch (positionals.join(' ')) {
    case 'kill':
      return drillKills(seed, values);
    case 'admission':
      return drillAdmission(seed, Number(values.cycles));
    default:
      return say(USAGE, WRONG_USAGE);
  }
}

async function drillKills(seed: number, values: Readonly<Record<'events' | Victim, string>>): Promise<number> {
  const kills = { consumer: Number(values.consumer), postgres: Number(values.postgres), broker: Number(values.broker) };
  say(`drill kill, seed ${seed}`);
  const ground = await openDrillGround(say);
  try {
    const result = await runKillDrill({ ...ground, seed, events: Number(values.events), kills, note: say });
    const differences = await compareWithManifest(ground.databaseUrl, result.manifest);
    const verification = await verify(ground.databaseUrl);
    return report(result, differences, verification);
  } finally {
    await ground.close();
  }
}

/** With Redis, everything that has a part in it dies; with memory, the one process that has the holds. */
async function drillAdmission(seed: number, cycles: number): Promise<number> {
  say(`drill admission, seed ${seed}`);
  const ground = await openDrillGround(say);
  try {
    const runs: [DrilledStore, AdmissionDrillResult['kills'][number]['victim'][]][] = [
      ['redis', ['api', 'redis', 'consumer']],
      ['memory', ['api']],
    ];
    let isOk = true;
    for (const [index, [store, victims]] of runs.entries()) {
      const terms = { store, organizations: ADMISSION_ORGANIZATIONS, holdSeconds: HOLD_SECONDS };
      const admission = await openAdmissionGround(ground, terms);
      const kills = { api: 0, redis: 0, consumer: 0, ...Object.fromEntries(victims.map((victim) => [victim, cycles])) };
      const drill = { ground: admission, seed: seed + index, kills, abandoned: ABANDONED, note: say };
      const result = await runAdmissionDrill(drill);
      await admission.close();
      isOk = reportAdmission(store, result) && isOk;
    }
    const verification = await verify(ground.databaseUrl);
    say(`verify: ${verification}`);
    isOk &&= verification.startsWith('{"ok":true');
    return say(isOk ? 'drill admission: ok' : 'drill admission: FAILED', isOk ? 0 : 1);
  } finally {
    await ground.close();
  }
}

function reportAdmission(store: DrilledStore, { kills, account }: AdmissionDrillResult): boolean {
  for (const victim of new Set(kills.map((kill) => kill.victim))) {
    const times = kills.filter((kill) => kill.victim === victim).map((kill) => Math.round(kill.recoveryMs));
    say(`${store}: ${victim}: ${times.length} kills, back after at most ${Math.max(0, ...times)} ms`);
  }
  const { admissions, refusals } = account.counts;
  say(`${store}: ${admissions} admitted, ${refusals} refused, ${account.found.length} faults`);
  for (const fault of account.found) say(`FAULT ${fault}`);
  return account.found.length === 0;
}

function report({ kills, manifest }: KillDrillResult, differences: readonly string[], verification: string): number {
  const inside = kills.filter((kill) => kill.insideBatch).length;
  for (const victim of ['consumer', 'postgres', 'broker'] satisfies Victim[]) {
    const times = kills.filter((kill) => kill.victim === victim).map((kill) => Math.round(kill.recoveryMs));
    say(`${victim}: ${times.length} kills, back after at most ${Math.max(0, ...times)} ms`);
  }
  say(`${inside} of ${kills.length} kills inside an open batch`);
  say(`${manifest.distinct} events, ${manifest.sent} records sent`);
  say(`verify: ${verification}`);
  for (const difference of differences) say(`DIFFERENCE ${difference}`);
  const isOk =
    differences.length === 0 && verification.startsWith('{"ok":true') && inside >= LEAST_SHARE_INSIDE * kills.length;
  return say(isOk ? 'drill kill: ok' : 'drill kill: FAILED', isOk ? 0 : 1);
}

async function verify(databaseUrl: string): Promise<string> {
  const main = join(repositoryRoot(), 'dist/apps/operator/src/main.js');
  const env = { ...readLocalEnvironment().inherited, DATABASE_URL: databaseUrl };
  const { stdout } = await promisify(execFile)(process.execPath, [main, 'verify', '--json'], { env }).catch(
    (error: { stdout?: string; message: string }) => ({ stdout: error.stdout ?? error.message }),
  );
  return stdout.trim();
}

function say(line: string, code = 0): number {
  process.stdout.write(`${line}\n`);
  return code;
}
