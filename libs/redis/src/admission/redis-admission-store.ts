import type { AdmissionStore, HeldSummary, ReleaseAnswer, SettleAnswer } from '@floopy/application';
import {
  type Hold,
  holdKeyText,
  type Instant,
  instantOfMilliseconds,
  type OrganizationId,
  type Overshoot,
} from '@floopy/domain';
import { RedisUnavailable } from '../connection/redis-unavailable';
import { type RedisClient, runScript, type Script, scriptOf } from '../connection/run-script';
import { answerOf, argumentsOfQuestion, holdOf } from './decide';
import { DECIDE } from './decide-script';
import { amountOfLimbs } from './limbs';
import { LIST, LOAD, NOTE_TERMS, RELEASE, SUMMARY } from './other-scripts';
import { SETTLE } from './settle-script';
import { argumentsOfSnapshot, argumentsOfStretch } from './written-facts';

/** Knows of every organization whether it was ever held here, in a place that does not lose it with the holds. */
export interface HeldOrganizations {
  /** Notes it. @returns `first` to the one caller who was the first, ever. */
  claim(organizationId: OrganizationId): Promise<'first' | 'known'>;
}

export interface RedisAdmissionOptions {
  readonly register: HeldOrganizations;
  readonly clock: () => Instant;
  /** No hold of any plan lives longer: after so long, a list that may lack some is whole again. Read anew for each use. */
  readonly longestHoldMs: number;
  /** How long a settled attempt is told from a new one, after its hold would have expired. */
  readonly rememberSettledMs?: number;
}

const DAY_MS = 24 * 60 * 60 * 1_000;
/** Expired holds that one decision takes off: a leak of thousands is spread, and none of them is decided upon. */
const MOST_SWEPT = 64;

const decideScript = scriptOf(DECIDE);
const settleScript = scriptOf(SETTLE);
const loadScript = scriptOf(LOAD);
const releaseScript = scriptOf(RELEASE);
const noteTermsScript = scriptOf(NOTE_TERMS);
const summaryScript = scriptOf(SUMMARY);
const listScript = scriptOf(LIST);

/**
 * Holds in Redis, where many processes decide as one. Each operation is one script on the keys of one organization, which
 * share a hash tag: atomic, one round trip, and on one node of a cluster.
 */
export function createRedisAdmissionStore(client: RedisClient, options: RedisAdmissionOptions): AdmissionStore {
  const { register, clock, rememberSettledMs = DAY_MS } = options;

  const run = (script: Script, id: OrganizationId, values: readonly (string | number)[]): Promise<unknown> =>
    runScript(client, script, keysOf(id), values);

  return {
    async decide(question) {
      try {
        const values = [...argumentsOfQuestion(question), options.longestHoldMs, MOST_SWEPT];
        return answerOf(question, await run(decideScript, question.request.organizationId, values));
      } catch (error) {
        if (error instanceof RedisUnavailable) return { type: 'unavailable' };
        throw error;
      }
    },

    async load(snapshot) {
      const { organizationId } = snapshot;
      const load = (past: '' | 'first' | 'lost'): Promise<unknown> =>
        run(loadScript, organizationId, argumentsOfSnapshot(snapshot, [past, clock(), options.longestHoldMs]));
      if ((await load('')) !== 'absent') return;
      await load((await register.claim(organizationId)) === 'first' ? 'first' : 'lost');
    },

    async settle(stretch) {
      const values = argumentsOfStretch(stretch, rememberSettledMs);
      const [type, position] = (await run(settleScript, stretch.organizationId, values)) as [
        SettleAnswer['type'],
        number?,
      ];
      return type === 'gap' ? { type, position: position ?? 0 } : { type };
    },

    async release(organizationId, key, now) {
      try {
        return (await run(releaseScript, organizationId, [holdKeyText(key), now])) as ReleaseAnswer;
      } catch (error) {
        if (error instanceof RedisUnavailable) return 'unavailable';
        throw error;
      }
    },

    async summary(organizationId, now) {
      const values = [now, options.longestHoldMs];
      const numbers = (await run(summaryScript, organizationId, values)) as number[] | null;
      return numbers === null ? null : summaryOf(numbers, now);
    },

    async list(organizationId, now, limit): Promise<Hold[]> {
      const holds = (await run(listScript, organizationId, [now, limit])) as unknown[];
      return holds.map((hold) => holdOf(hold));
    },

    async noteTerms(organizationId, termsVersion) {
      await run(noteTermsScript, organizationId, [termsVersion]);
    },
  };
}

const PARTS = ['state', 'holds', 'expiry', 'requests', 'held', 'used', 'spent', 'forget'];

/** Braces of an id are escaped: an organization's tag is its own and nothing less. */
function keysOf(organizationId: OrganizationId): string[] {
  const tag = encodeURIComponent(organizationId);
  return PARTS.map((part) => `adm:{${tag}}:${part}`);
}

/** In the order of the state's fields. */
function summaryOf(numbers: readonly number[], now: Instant): HeldSummary {
  const at = (index: number): number => numbers[index] ?? 0;
  const amountAt = (index: number): ReturnType<typeof amountOfLimbs> => amountOfLimbs(at(index), at(index + 1));
  const overshoot: Overshoot = {
    caused: {
      late_settlement: amountAt(10),
      above_hold: amountAt(12),
      lowered_limit: amountAt(14),
      refund: amountAt(16),
    },
    recovered: amountAt(18),
  };
  return {
    position: at(0),
    balance: amountAt(1),
    openHolds: at(3),
    held: amountAt(4),
    openRequests: at(6),
    leaked: { holds: at(7), amount: amountAt(8) },
    overshoot,
    recoveringUntil: at(21) > now ? instantOfMilliseconds(at(21)) : null,
  };
}
