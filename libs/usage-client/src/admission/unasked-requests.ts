import { amountIn, amountText, type FailurePolicyView } from '@floopy/contracts';
import type { AdmissionInput, AdmissionUnavailable, AdmittedUnasked, AttemptName } from './admission-outcomes';
import { ExposedRequests } from './exposed-requests';
import type { Unasked } from './read-answer';

/** Organizations that are remembered; of the one that did not ask for longest nothing is known then, which is closed. */
export const MOST_ORGANIZATIONS = 10_000;
/** Kinds of request that are remembered of an organization. */
export const MOST_KINDS = 32;

/** The dearest hold that was seen for requests of a kind, and the tokens that it was for. */
interface SeenHold {
  readonly amount: bigint;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

interface Standing {
  policy: FailurePolicyView;
  readonly seen: Map<string, SeenHold>;
  readonly exposed: ExposedRequests;
}

/**
 * Decides for an organization's requests while admission cannot be asked, by the policy that its last answer carried. One
 * that fails open lets pass what adds up to no more than its exposure, at the dearest hold that was seen for such a request.
 * What was let pass counts for the whole of an outage, and after it until its usage is delivered.
 */
export class UnaskedRequests {
  /** The one that asked last is last. */
  private readonly standings = new Map<string, Standing>();

  constructor(private readonly nowMs: () => number) {}

  /** Takes what an answer says; it shows that admission is there again. @param held null when nothing is. */
  learn(input: AdmissionInput, policy: FailurePolicyView | null, held: string | null): void {
    const standing = this.standings.get(input.organization_id) ?? nothingKnown();
    touch(this.standings, input.organization_id, standing, MOST_ORGANIZATIONS);
    standing.policy = policy ?? standing.policy;
    standing.exposed.forgetSettled(this.nowMs());
    if (held !== null) remember(standing.seen, input, amountIn(held));
  }

  decide(input: AdmissionInput, { reason, detail }: Unasked): AdmittedUnasked | AdmissionUnavailable {
    const refuse = (policy: AdmissionUnavailable['policy']): AdmissionUnavailable => ({
      type: 'unavailable',
      reason,
      detail,
      policy,
    });
    const standing = this.standings.get(input.organization_id);
    const limit = standing?.policy.type === 'open' ? standing.policy.exposure : undefined;
    if (standing === undefined || limit === undefined) return refuse('closed');
    const amount = estimateOf(input, standing.seen.get(kindOf(input)));
    if (amount === null) return refuse('unbounded');
    const { exposed } = standing;
    const attempt = attemptText(input);
    // Asked again, an attempt that passed passes again, and counts once.
    const before = exposed.remove(attempt);
    if (before === null && exposed.used + amount > amountIn(limit)) return refuse('exposure_used_up');
    exposed.add(attempt, before ?? amount, this.nowMs());
    return { type: 'admitted_unasked', reason, detail, exposure: { used: amountText(exposed.used), limit } };
  }

  /** Its usage was delivered. */
  settle(attempt: AttemptName): void {
    this.standings.get(attempt.organization_id)?.exposed.settle(attemptText(attempt));
  }

  /** It will not run. @returns whether it had passed unasked. */
  release(attempt: AttemptName): boolean {
    const exposed = this.standings.get(attempt.organization_id)?.exposed;
    return exposed !== undefined && exposed.remove(attemptText(attempt)) !== null;
  }
}

function nothingKnown(): Standing {
  return { policy: { type: 'closed' }, seen: new Map(), exposed: new ExposedRequests() };
}

/** Makes an entry the last of its map, and lets the first one go when there are too many. */
function touch<Kept>(map: Map<string, Kept>, key: string, kept: Kept, most: number): void {
  map.delete(key);
  map.set(key, kept);
  const [first] = map.keys();
  if (map.size > most && first !== undefined) map.delete(first);
}

function remember(seen: Map<string, SeenHold>, input: AdmissionInput, amount: bigint): void {
  const kind = kindOf(input);
  const known = seen.get(kind);
  const { input_tokens: inputTokens, max_output_tokens: outputTokens = 0 } = input;
  const isDearest = known === undefined || known.amount < amount;
  touch(seen, kind, isDearest ? { amount, inputTokens, outputTokens } : known, MOST_KINDS);
}

/** What decides the price of a token, and whether the plan assumes the output. */
function kindOf(input: AdmissionInput): string {
  const { provider, model, models = [], service_tier: tier, credential, max_output_tokens: output } = input;
  return JSON.stringify([provider, model, models, tier, credential, output === undefined]);
}

/** More tokens than were seen cost so many times as much, rounded up. Null when nothing tells what they cost. */
function estimateOf(input: AdmissionInput, seen: SeenHold | undefined): bigint | null {
  if (seen === undefined) return null;
  const times = Math.max(
    timesOf(input.input_tokens, seen.inputTokens),
    timesOf(input.max_output_tokens ?? 0, seen.outputTokens),
  );
  return Number.isFinite(times) ? seen.amount * BigInt(times) : null;
}

function timesOf(asked: number, seen: number): number {
  return asked <= seen ? 1 : Math.ceil(asked / seen);
}

/** Identifiers have no space. */
function attemptText({ request_id: request, attempt_id: attempt }: AttemptName): string {
  return attempt === undefined ? request : `${request} ${attempt}`;
}
