import type { AdmissionStore, OrganizationSnapshot, StoreAnswer } from '@floopy/application';
import {
  type Amount,
  amountOfUnits,
  type Instant,
  NOTHING_LEAKED,
  type OrganizationId,
  type SettlingEntry,
} from '@floopy/domain';
import {
  anAdmissionQuestion,
  anUnusedOrganization,
  cents,
  NOON,
  NOVEMBER,
  type StatedQuestion,
} from './an-admission-question';

/** One organization of a store, asked in the words of the tests. */
export interface Bench {
  readonly store: AdmissionStore;
  readonly id: OrganizationId;
  ask(stated: Partial<StatedQuestion> & { requestId: string }): Promise<StoreAnswer>;
  settle(...entries: SettlingEntry[]): Promise<string>;
  held(now?: Instant): Promise<Amount>;
}

/** A loaded organization at position 0. */
export async function aBench(store: AdmissionStore, stated: Partial<OrganizationSnapshot> = {}): Promise<Bench> {
  const id = anUnusedOrganization();
  let position = stated.position ?? 0;
  await store.load({ ...aSnapshot(id), ...stated });
  return {
    store,
    id,
    ask: (question) => store.decide(anAdmissionQuestion({ organizationId: id, ...question })),
    settle: async (...entries) => {
      const from = position;
      position += entries.length;
      return (await store.settle({ organizationId: id, termsVersion: 1, from, to: position, entries })).type;
    },
    held: async (now = NOON) => (await store.summary(id, now))?.held ?? amountOfUnits(-1n),
  };
}

export function aSnapshot(organizationId: OrganizationId): OrganizationSnapshot {
  const uses = [{ periodStart: NOVEMBER.start, requests: 0, teamSpend: new Map<string, Amount>() }];
  const nothing = { holds: [], settled: [], leaked: NOTHING_LEAKED };
  return { organizationId, position: 0, balance: cents(100), termsVersion: 1, uses, ...nothing };
}

/** The fastest of several rounds, in milliseconds: the machine has other work too. */
export async function fastestOf(bench: Bench): Promise<number> {
  let fastest = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 10; round += 1) {
    const start = performance.now();
    for (let index = 0; index < 50; index += 1) await bench.ask({ requestId: `timed_${round}_${index}` });
    fastest = Math.min(fastest, performance.now() - start);
  }
  return fastest;
}
