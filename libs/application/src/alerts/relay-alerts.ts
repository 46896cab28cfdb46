import type { RecordedAlert } from '@floopy/domain';

export interface AlertRound {
  readUnpublished(): Promise<readonly RecordedAlert[]>;
  markPublished(alerts: readonly RecordedAlert[]): Promise<void>;
}

export interface AlertRelayPorts {
  readonly store: {
    /** Runs a round on alerts that no other round holds. */
    inTurn(round: (transaction: AlertRound) => Promise<number>): Promise<number>;
  };
  readonly publisher: { publishAlerts(alerts: readonly RecordedAlert[]): Promise<void> };
}

/**
 * Tells the alerts topic what was raised, at least once, each under its own id.
 * @returns how many; 0 means that the topic has heard of all.
 */
export async function relayAlerts({ store, publisher }: AlertRelayPorts): Promise<number> {
  return store.inTurn(async (round) => {
    const alerts = await round.readUnpublished();
    await publisher.publishAlerts(alerts);
    await round.markPublished(alerts);
    return alerts.length;
  });
}
