import {
  type BillingAnchor,
  type HourlySpend,
  type Instant,
  type OrganizationId,
  projectHourlySpend,
  projectTeamSpend,
  type SpendingEvent,
  type TeamSpend,
} from '@floopy/domain';

/** An organization whose ledger has grown past what its spend has absorbed, with its next events. */
export interface SpendBehind {
  readonly organizationId: OrganizationId;
  readonly anchors: readonly BillingAnchor[];
  /** In order, without a gap, from the first that was not absorbed; not necessarily up to the head. */
  readonly events: readonly SpendingEvent[];
}

/** What some events of one organization add to its spend. */
export interface AddedSpend {
  readonly organizationId: OrganizationId;
  readonly teams: readonly TeamSpend[];
  readonly hours: readonly HourlySpend[];
}

/** One round of one follower, in one transaction. */
export interface SpendRound {
  /** Some of the streams that are behind; every one of them is answered again and again until it is not. */
  readStreamsBehind(): Promise<readonly SpendBehind[]>;
  /** Adds what the events that were read come to, and moves every checkpoint past them. */
  addSpend(added: readonly AddedSpend[]): Promise<void>;
}

export interface FollowSpendPorts {
  readonly store: {
    /** Runs a round while no other follower does; answers 0 when it is another's turn. */
    inTurn(round: (transaction: SpendRound) => Promise<number>): Promise<number>;
  };
}

/**
 * Absorbs one round of ledger events into the spend by team and by hour. Sums and checkpoint move in one transaction: an event
 * whose round has failed is read again, and one that was absorbed never is.
 * @returns how many events were absorbed; 0 means that nothing is behind.
 */
export async function followSpend({ store }: FollowSpendPorts): Promise<number> {
  return store.inTurn(async (round) => {
    const streams = await round.readStreamsBehind();
    await round.addSpend(streams.map(spendOf));
    return streams.reduce((sum, { events }) => sum + events.length, 0);
  });
}

function spendOf({ organizationId, anchors, events }: SpendBehind): AddedSpend {
  const teams = new Map<string, TeamSpend>();
  const hours = new Map<Instant, HourlySpend>();
  for (const event of events) {
    projectTeamSpend(teams, event, anchors);
    projectHourlySpend(hours, event);
  }
  return { organizationId, teams: [...teams.values()], hours: [...hours.values()] };
}
