import { type AdmissionDrillResult, runAdmissionDrill } from './admission-drill';
import { type DrilledStore, openAdmissionGround } from './admission-ground';
import { brokersDrill } from './brokers-drill';
import { commitLostDrill } from './commit-lost-drill';
import { compareWithManifest } from './compare-with-manifest';
import { disorderDrill } from './disorder-drill';
import { amountOf, atLeast, type Drill, type DrillFindings, type DrillTerms } from './drill';
import { openDrillGround } from './drill-ground';
import { type KillDrillResult, runKillDrill, type Victim } from './kill-drill';
import { modelDrill } from './model-drill';
import { outagesDrill } from './outages-drill';
import { poisonDrill } from './poison-drill';
import { rebalanceDrill } from './rebalance-drill';
import { faultsOfLedger } from './verify-ledger';
import { zombiesDrill } from './zombies-drill';

const LEAST_SHARE_INSIDE = 0.8;
const ADMISSION_ORGANIZATIONS = 5;
const ABANDONED = 0.1;
/** Longer than any usage is on its way while its consumer comes back: a hold that expires before it is charged is admitted again. */
const HOLD_SECONDS = 120;

const killDrill: Drill = {
  name: 'kill',
  summary: 'consumer, Postgres and broker are killed at random moments while events with repetitions flow',
  async run(terms: DrillTerms): Promise<DrillFindings> {
    const ground = await openDrillGround(terms.note);
    const kills = {
      consumer: amountOf(terms, 'consumer', { short: 10, full: 25 }),
      postgres: amountOf(terms, 'postgres', { short: 3, full: 5 }),
      broker: amountOf(terms, 'broker', { short: 3, full: 5 }),
    };
    const events = amountOf(terms, 'events', { short: 80_000, full: 200_000 });
    try {
      const result = await runKillDrill({ ...ground, seed: terms.seed, events, kills, note: terms.note });
      const inside = result.kills.filter((kill) => kill.insideBatch).length;
      return {
        seen: seenOfKills(result),
        faults: [
          ...atLeast('kills inside an open batch', inside, LEAST_SHARE_INSIDE * result.kills.length),
          ...(await compareWithManifest(ground.databaseUrl, result.manifest)),
          ...(await faultsOfLedger(ground.databaseUrl)),
        ],
      };
    } finally {
      await ground.close();
    }
  },
};

function seenOfKills({ kills, manifest }: KillDrillResult): string[] {
  const inside = kills.filter((kill) => kill.insideBatch).length;
  return [
    ...(['consumer', 'postgres', 'broker'] satisfies Victim[]).map((victim) => seenOfVictim(victim, kills)),
    `${inside} of ${kills.length} kills inside an open batch`,
    `${manifest.sent} records of ${manifest.distinct} events`,
  ];
}

interface Recovered {
  readonly victim: string;
  readonly recoveryMs: number;
}

function seenOfVictim(victim: string, kills: readonly Recovered[]): string {
  const times = kills.filter((kill) => kill.victim === victim).map((kill) => Math.round(kill.recoveryMs));
  return `${victim}: ${times.length} kills, back after at most ${Math.max(0, ...times)} ms`;
}

/** With Redis, everything that has a part in it dies; with memory, the one process that has the holds. */
const VICTIMS: readonly [DrilledStore, readonly AdmissionDrillResult['kills'][number]['victim'][]][] = [
  ['redis', ['api', 'redis', 'consumer']],
  ['memory', ['api']],
];

const admissionDrill: Drill = {
  name: 'admission',
  summary: 'API, Redis and consumer are killed while clients ask for more than there is',
  async run(terms: DrillTerms): Promise<DrillFindings> {
    const cycles = amountOf(terms, 'cycles', { short: 5, full: 50 });
    const ground = await openDrillGround(terms.note);
    const seen: string[] = [];
    const faults: string[] = [];
    try {
      for (const [index, [store, victims]] of VICTIMS.entries()) {
        const organizations = ADMISSION_ORGANIZATIONS;
        const admission = await openAdmissionGround(ground, { store, organizations, holdSeconds: HOLD_SECONDS });
        const kills = {
          api: 0,
          redis: 0,
          consumer: 0,
          ...Object.fromEntries(victims.map((victim) => [victim, cycles])),
        };
        const drill = { ground: admission, seed: terms.seed + index, kills, abandoned: ABANDONED, note: terms.note };
        const result = await runAdmissionDrill(drill);
        await admission.close();
        const { admissions, refusals } = result.account.counts;
        seen.push(...victims.map((victim) => `${store}: ${seenOfVictim(victim, result.kills)}`));
        seen.push(`${store}: ${admissions} admitted, ${refusals} refused`);
        faults.push(...result.account.found.map((fault) => `${store}: ${fault}`));
      }
      return { seen, faults: [...faults, ...(await faultsOfLedger(ground.databaseUrl))] };
    } finally {
      await ground.close();
    }
  },
};

/** In the order of `all`. */
export const DRILLS: readonly Drill[] = [
  killDrill,
  zombiesDrill,
  commitLostDrill,
  rebalanceDrill,
  brokersDrill,
  outagesDrill,
  disorderDrill,
  poisonDrill,
  modelDrill,
  admissionDrill,
];
