import type { Mismatch, Standing } from '@floopy/application';
import type { HealthFinding, Log, Metrics } from '@floopy/runtime';

/** Half of its time in the topic: whoever must act has as long again. */
export const RETENTION_ALARM = 0.5;
/** The relay hands on within a second or two; after this long it stands still. */
export const OUTBOX_ALARM_MS = 60_000;

/** Turns how everything stands into facts, figures and health. */
export class StandingWatch {
  private latest: Standing | null = null;
  private readonly mismatches;
  private readonly outboxEntries;
  private readonly outboxSeconds;
  private readonly unreadRecords;
  private readonly unreadSeconds;
  private readonly retentionShare;

  constructor(
    private readonly log: Log,
    metrics: Pick<Metrics, 'gauge'>,
  ) {
    this.mismatches = metrics.gauge(
      'floopy_reconciler_mismatches',
      'What does not add up: offsets of partitions, dead letters, and what the database refuses.',
    );
    this.outboxEntries = metrics.gauge('floopy_outbox_entries', 'Ledger entries that were not handed on to Kafka yet.');
    this.outboxSeconds = metrics.gauge(
      'floopy_outbox_age_seconds',
      'Age of the oldest entry that was not handed on yet.',
    );
    this.unreadRecords = metrics.gauge('floopy_unread_records', 'Usage records that were not applied yet.');
    this.unreadSeconds = metrics.gauge(
      'floopy_unread_age_seconds',
      'Age of the oldest record that was not applied yet.',
    );
    this.retentionShare = metrics.gauge(
      'floopy_unread_retention_ratio',
      'Which part of its time in the topic the oldest unread record has waited: at 1 it is gone.',
    );
  }

  note(standing: Standing): void {
    const before = new Set(this.latest?.mismatches.map(nameOf));
    for (const mismatch of standing.mismatches) {
      if (!before.has(nameOf(mismatch))) this.log.error({ ...mismatch }, 'reconciliation_mismatch');
    }
    const wasAtRisk = this.latest !== null && isAtRisk(this.latest);
    if (isAtRisk(standing) && !wasAtRisk) this.log.error({ ...standing.unread }, 'unread_records_at_risk');
    this.latest = standing;
    this.mismatches.set(standing.mismatches.length);
    this.outboxEntries.set(standing.outbox.entries);
    this.outboxSeconds.set(standing.outbox.ageMs / 1_000);
    this.unreadRecords.set(standing.unread.records);
    this.unreadSeconds.set(standing.unread.ageMs / 1_000);
    this.retentionShare.set(standing.unread.retentionShare);
  }

  health(): HealthFinding {
    const { latest } = this;
    if (latest === null) return { status: 'degraded', details: { reason: 'nothing was looked at yet' } };
    const { mismatches, outbox, unread } = latest;
    const isWell = mismatches.length === 0 && outbox.ageMs < OUTBOX_ALARM_MS && !isAtRisk(latest);
    return {
      status: isWell ? 'up' : 'degraded',
      details: {
        checked_at: new Date(latest.checkedAt).toISOString(),
        mismatches: mismatches.length,
        first_mismatch: mismatches[0] === undefined ? null : nameOf(mismatches[0]),
        outbox_entries: outbox.entries,
        outbox_age_seconds: outbox.ageMs / 1_000,
        unread_records: unread.records,
        unread_age_seconds: unread.ageMs / 1_000,
        unread_retention_ratio: unread.retentionShare,
      },
    };
  }
}

function isAtRisk({ unread }: Standing): boolean {
  return unread.retentionShare >= RETENTION_ALARM;
}

function nameOf({ kind, subject, expected, found }: Mismatch): string {
  return `${kind} ${subject ?? ''}: expected ${expected}, found ${found}`;
}
