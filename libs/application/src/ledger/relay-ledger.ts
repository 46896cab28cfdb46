import type { Amount, BillingPeriod, Instant, LedgerEvent, LedgerHash, OrganizationId } from '@floopy/domain';

/** An organization whose stream has grown past what was handed on, with its next events. */
export interface StreamBehind {
  readonly organizationId: OrganizationId;
  /** Of the whole ledger: when it began as it is, in milliseconds since 1970; 0 until one was put back. */
  readonly incarnation: number;
  /** The hash that the first of `events` is chained to. */
  readonly previousHash: LedgerHash;
  /** In order, without a gap, from the first that was not handed on; not necessarily up to the head. */
  readonly events: readonly LedgerEvent[];
  /** The organization's newest state, read in the same snapshot. */
  readonly balance: RelayedBalance;
}

export interface RelayedBalance {
  readonly organizationId: OrganizationId;
  readonly position: number;
  readonly balance: Amount;
  readonly recordedAt: Instant;
  /** The billing period that holds `recordedAt`, and the requests counted in it. */
  readonly period: BillingPeriod;
  readonly requestsUsed: number;
  /** What its plan included in that period, as of `recordedAt`. */
  readonly requestsIncluded: number;
  /** Those of the period that are billed beside credits. */
  readonly requestsOverage: number;
  readonly plan: { readonly id: string; readonly version: number };
  /** The number of the last change of its terms. */
  readonly termsVersion: number;
  /** As the stream's. */
  readonly incarnation: number;
}

/** One round of one relay, in one transaction. */
export interface RelayRound {
  /** Some of the streams that are behind; every one of them is answered again and again until it is not. */
  readStreamsBehind(): Promise<readonly StreamBehind[]>;
  saveCheckpoints(relayed: readonly RelayCheckpoint[]): Promise<void>;
}

export interface RelayCheckpoint {
  readonly organizationId: OrganizationId;
  readonly sequence: number;
}

export interface RelayPorts {
  readonly store: {
    /** Runs a round while no other relay does; answers 0 when it is another's turn. */
    inTurn(round: (transaction: RelayRound) => Promise<number>): Promise<number>;
  };
  readonly publisher: {
    publishLedger(streams: readonly StreamBehind[]): Promise<void>;
    publishBalances(balances: readonly RelayedBalance[]): Promise<void>;
  };
}

/**
 * Hands one round of ledger events on to Kafka, each organization's in order, at least once: what was published before a
 * failure is published again, and its position tells. Beside the hot path: it reads what is committed, and locks nothing
 * that an append needs.
 * @returns how many events were handed on; 0 means that nothing is behind.
 */
export async function relayLedger({ store, publisher }: RelayPorts): Promise<number> {
  return store.inTurn(async (round) => {
    const streams = await round.readStreamsBehind();
    await publisher.publishLedger(streams);
    await publisher.publishBalances(streams.map((stream) => stream.balance));
    await round.saveCheckpoints(streams.flatMap(({ organizationId, events }) => checkpointOf(organizationId, events)));
    return streams.reduce((sum, stream) => sum + stream.events.length, 0);
  });
}

function checkpointOf(organizationId: OrganizationId, events: readonly LedgerEvent[]): RelayCheckpoint[] {
  const last = events.at(-1);
  return last === undefined ? [] : [{ organizationId, sequence: last.sequence }];
}
