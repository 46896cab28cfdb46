import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { readLocalEnvironment } from '../../deploy/local/environment';
import { repositoryRoot } from '../../deploy/local/repository-root';
import { compareWithManifest } from './compare-with-manifest';
import { openDrillGround } from './drill-ground';
import { type KillDrillResult, runKillDrill, type Victim } from './kill-drill';

const USAGE = `npm run drill -- kill [--events 200000] [--consumer 25] [--postgres 5] [--broker 5] [--seed n]
Kills processes at random moments under load, then compares the ledger with the generator's own manifest.`;
const WRONG_USAGE = 2;
const LEAST_SHARE_INSIDE = 0.8;

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
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    },
  });
  if (positionals.join(' ') !== 'kill') return say(USAGE, WRONG_USAGE);
  const kills = { consumer: Number(values.consumer), postgres: Number(values.postgres), broker: Number(values.broker) };
  const seed = Number(values.seed);
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
