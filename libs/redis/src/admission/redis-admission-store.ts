import type { AdmissionStore, ReleaseAnswer, SettleAnswer } from '@floopy/application';
import { type Hold, holdKeyText, type Instant, type OrganizationId } from '@floopy/domain';
import { RedisUnavailable } from '../connection/redis-unavailable';
import { type RedisClient, runScript, type Script, scriptOf } from '../connection/run-script';
import { answerOf, argumentsOfQuestion, holdOf } from './decide';
import { DECIDE } from './decide-script';
import { LIST, LIST_LEAKED, LOAD, NOTE_TERMS, RELEASE, SUMMARY } from './other-scripts';
import { SETTLE } from './settle-script';
import { summaryOf, type SummaryReply } from './summary';
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
const listLeakedScript = scriptOf(LIST_LEAKED);

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
        return (await run(releaseScript, organizationId, [holdKeyText(key), now, key.holdId ?? ''])) as ReleaseAnswer;
      } catch (error) {
        if (error instanceof RedisUnavailable) return 'unavailable';
        throw error;
      }
    },

    async summary(organizationId, now) {
      const values = [now, options.longestHoldMs];
      const reply = (await run(summaryScript, organizationId, values)) as SummaryReply | null;
      return reply === null ? null : summaryOf(reply, now);
    },

    async list(organizationId, now, limit): Promise<Hold[]> {
      const holds = (await run(listScript, organizationId, [now, limit])) as unknown[];
      return holds.map((hold) => holdOf(hold));
    },

    async listLeaked(organizationId, now, limit): Promise<Hold[]> {
      // What has expired and was not taken off yet leaks first.
      if (limit < 1 || (await this.summary(organizationId, now)) === null) return [];
      const holds = (await run(listLeakedScript, organizationId, [limit])) as unknown[];
      return holds.map((hold) => holdOf(hold));
    },

    async noteTerms(organizationId, termsVersion) {
      await run(noteTermsScript, organizationId, [termsVersion]);
    },
  };
}

const PARTS = ['state', 'holds', 'expiry', 'requests', 'held', 'used', 'spent', 'forget', 'budgets', 'leaked'];

/** Braces of an id are escaped: an organization's tag is its own and nothing less. */
function keysOf(organizationId: OrganizationId): string[] {
  const tag = encodeURIComponent(organizationId);
  return PARTS.map((part) => `adm:{${tag}}:${part}`);
}
