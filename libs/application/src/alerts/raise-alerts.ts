import {
  type AlertMeasure,
  type AlertSettings,
  crossedAlert,
  evaluateAlerts,
  type FiredAlert,
  type Instant,
  type OrganizationId,
  type RecordedAlert,
} from '@floopy/domain';

/** One organization's alerts, in one transaction. */
export interface AlertTransaction {
  /** What the organization wants to be told of; the defaults until it says otherwise. Nobody else raises its alerts meanwhile. */
  lockSettings(organizationId: OrganizationId): Promise<AlertSettings | null>;
  /** Keys of thresholds that were told and have not recovered. */
  readDisarmed(): Promise<ReadonlySet<string>>;
  /** Keeps an alert, and what is to be delivered of it to every receiver that is called. */
  saveAlert(alert: RecordedAlert): Promise<void>;
  /** Notes what was told, and forgets what was told of periods that are long over. */
  disarm(told: readonly FiredAlert[], now: Instant): Promise<void>;
  rearm(keys: readonly string[]): Promise<void>;
}

export interface RaisePorts {
  readonly store: { inTransaction<Result>(work: (transaction: AlertTransaction) => Promise<Result>): Promise<Result> };
  readonly clock: () => Instant;
  /** A name for an alert that no other has. */
  readonly alertId: () => string;
}

/** An organization's figures, and the place in its ledger that they were taken at. */
export interface MeasuredOrganization {
  readonly organizationId: OrganizationId;
  readonly position: number;
  readonly measures: readonly AlertMeasure[];
}

/**
 * Judges an organization's figures and raises an alert for each threshold that was crossed: once for its target and period,
 * however often it is judged, and by however many, until it recovers.
 * @returns the alerts that were raised; null when there is no such organization
 */
export async function raiseAlerts(
  { store, clock, alertId }: RaisePorts,
  { organizationId, position, measures }: MeasuredOrganization,
): Promise<readonly RecordedAlert[] | null> {
  return store.inTransaction(async (transaction) => {
    const settings = await transaction.lockSettings(organizationId);
    if (settings === null) return null;
    const { fired, rearmed } = evaluateAlerts(measures, settings, await transaction.readDisarmed());
    const firedAt = clock();
    const alerts = fired.map((crossed) =>
      crossedAlert(crossed, { alertId: alertId(), organizationId, position, firedAt }),
    );
    for (const alert of alerts) await transaction.saveAlert(alert);
    if (fired.length > 0) await transaction.disarm(fired, firedAt);
    if (rearmed.length > 0) await transaction.rearm(rearmed);
    return alerts;
  });
}
