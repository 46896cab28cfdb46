import {
  type BillingAnchor,
  formatAmount,
  formatInstant,
  type HourlySpend,
  type Instant,
  type LedgerEvent,
  projectHourlySpend,
  projectTeamSpend,
  type TeamSpend,
  teamSpendKey,
} from '@floopy/domain';
import { differences } from './verify-differences';
import type { Mismatch } from './verify-mismatch';
import type { RecordedSpend, RecordedTeamSpend } from './verify-sources';

/** Spending by team and by hour, folded a second time from those entries of a stream that were absorbed. */
export class SpendVerification {
  private readonly teams = new Map<string, TeamSpend>();
  private readonly hours = new Map<Instant, HourlySpend>();

  constructor(private readonly recorded: RecordedSpend) {}

  /** @param anchors as they were when the entry was posted */
  take(event: LedgerEvent, anchors: readonly BillingAnchor[]): void {
    if (event.sequence > this.recorded.absorbedTo) return;
    projectTeamSpend(this.teams, event, anchors);
    projectHourlySpend(this.hours, event);
  }

  /** @param position where the stream ends */
  *compare(position: number): Generator<Mismatch> {
    const { absorbedTo, teams, hours } = this.recorded;
    if (absorbedTo > position) {
      yield { kind: 'spend_checkpoint', position, expected: `at most ${position}`, found: `${absorbedTo}` };
    }
    yield* differences<string, RecordedTeamSpend>('team_spend', {
      expected: new Map(
        [...this.teams].map(([key, { period, ...spend }]) => [key, { ...spend, periodStart: period.start }]),
      ),
      found: new Map(teams.map((spend) => [keyOf(spend), spend])),
      nameOf: ({ periodStart, teamId }) => `${formatInstant(periodStart)}/${teamId ?? 'no team'}`,
      describe: describeSpend,
    });
    yield* differences('hourly_spend', {
      expected: this.hours,
      found: new Map(hours.map((spend) => [spend.hour, spend])),
      nameOf: ({ hour }) => formatInstant(hour),
      describe: describeSpend,
    });
  }
}

function keyOf({ periodStart, teamId }: RecordedTeamSpend): string {
  return teamSpendKey({ start: periodStart, end: periodStart }, teamId);
}

function describeSpend({ requests, spend }: Pick<HourlySpend, 'requests' | 'spend'>): string {
  return `${requests} requests, ${formatAmount(spend)}`;
}
