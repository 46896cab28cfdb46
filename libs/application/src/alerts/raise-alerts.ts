import {
  type AlertSettings,
  type AlertStanding,
  crossedAlert,
  evaluateAlerts,
  type FiredAlert,
  type Instant,
  measureAlerts,
  type OrganizationId,
  type RecordedAlert,
} from '@floopy/domain';

/** An organization whose figures may have moved. */
export interface AlertSubject {
  readonly organizationId: OrganizationId;
  readonly standing: AlertStanding;
}

export interface DueSubjects {
  readonly subjects: readonly AlertSubject[];
  /** Whether others wait for the next round. */
  readonly hasMore: boolean;
}

/** What an organization wants to be told of, and what it was told. */
export interface ToldAlerts {
  readonly settings: AlertSettings;
  /** Keys of thresholds that were told and have not recovered. */
  readonly disarmed: ReadonlySet<string>;
}

/** What follows from an organization's figures. */
export interface RaisedAlerts {
  readonly organizationId: OrganizationId;
  readonly alerts: readonly RecordedAlert[];
  /** What the alerts tell, in the same order. */
  readonly fired: readonly FiredAlert[];
  readonly rearmed: readonly string[];
}

/** One round of one judge, in one transaction. */
export interface JudgingRound {
  /** Some of those that have moved since they were judged, or were not judged for long. */
  readDue(now: Instant): Promise<DueSubjects>;
  readTold(organizationIds: readonly OrganizationId[]): Promise<ReadonlyMap<OrganizationId, ToldAlerts>>;
  /** Keeps alerts with what is to be delivered of them, and what was told; and that those that were read are judged. */
  saveRaised(raised: readonly RaisedAlerts[], now: Instant): Promise<void>;
}

export interface RaisePorts {
  readonly store: {
    /** Runs a round while nobody else judges; null when it is another's turn. */
    inTurn<Result>(round: (transaction: JudgingRound) => Promise<Result>): Promise<Result | null>;
  };
  readonly clock: () => Instant;
  /** A name for an alert that no other has. */
  readonly alertId: () => string;
  /** Told of what was raised, once that is certain. */
  readonly onRaised: (alerts: readonly RecordedAlert[]) => void;
}

/**
 * Judges every organization that has moved, and raises an alert for each threshold that was crossed: once for its target and
 * period, however often it is judged, until it recovers. Alerts, their deliveries, what was told, and the checkpoint move
 * in one transaction: an organization whose round has failed is judged again.
 * @returns how many alerts were raised
 */
export async function raiseAlerts({ store, clock, alertId, onRaised }: RaisePorts): Promise<number> {
  let count = 0;
  for (let hasMore = true; hasMore;) {
    const judged = await store.inTurn(async (round) => {
      const now = clock();
      const due = await round.readDue(now);
      const told = await round.readTold(due.subjects.map(({ organizationId }) => organizationId));
      const raised = due.subjects.flatMap((subject) => {
        const known = told.get(subject.organizationId);
        return known === undefined ? [] : [judge(subject, known, alertId, now)];
      });
      await round.saveRaised(raised, now);
      return { alerts: raised.flatMap(({ alerts }) => alerts), hasMore: due.hasMore };
    });
    const alerts = judged?.alerts ?? [];
    if (alerts.length > 0) onRaised(alerts);
    count += alerts.length;
    hasMore = judged?.hasMore ?? false;
  }
  return count;
}

function judge(
  { organizationId, standing }: AlertSubject,
  { settings, disarmed }: ToldAlerts,
  alertId: () => string,
  firedAt: Instant,
): RaisedAlerts {
  const measures = measureAlerts(standing, settings.spike, firedAt);
  const { fired, rearmed } = evaluateAlerts(measures, settings, disarmed);
  const { position } = standing;
  const alerts = fired.map((crossed) =>
    crossedAlert(crossed, { alertId: alertId(), organizationId, position, firedAt }),
  );
  return { organizationId, alerts, fired, rearmed };
}
