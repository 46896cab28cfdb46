import {
  type BillingAnchor,
  formatAmount,
  formatInstant,
  type HourlySpend,
  type Instant,
  type LedgerEvent,
  projectHourlySpend,
  projectTeamSpend,
  type SpendingEvent,
  type TeamSpend,
  teamSpendKey,
} from '@floopy/domain';
import { type Comparison, differences } from './verify-differences';
import type { Mismatch } from './verify-mismatch';
import type { RecordedSpend, RecordedTeamSpend } from './verify-sources';

/** Spending by team and by hour, folded a second time. */
export class SpendFold {
  readonly teams = new Map<string, TeamSpend>();
  readonly hours = new Map<Instant, HourlySpend>();

  /**
   * @param anchors as they were when the entry was posted
   * @param times how many entries it stands for that are alike
   */
  takeByTeam(event: SpendingEvent, anchors: readonly BillingAnchor[], times = 1): void {
    projectTeamSpend(this.teams, event, anchors, times);
  }

  takeByHour(event: SpendingEvent, times = 1): void {
    projectHourlySpend(this.hours, event, times);
  }

  teamsBeside({ teams }: RecordedSpend): Comparison<string, RecordedTeamSpend> {
    return {
      expected: new Map(
        [...this.teams].map(([key, { period, ...spend }]) => [key, { ...spend, periodStart: period.start }]),
      ),
      found: new Map(teams.map((spend) => [keyOf(spend), spend])),
      nameOf: ({ periodStart, teamId }) => `${formatInstant(periodStart)}/${teamId ?? 'no team'}`,
      describe: describeSpend,
    };
  }

  hoursBeside({ hours }: RecordedSpend): Comparison<Instant, HourlySpend> {
    return {
      expected: this.hours,
      found: new Map(hours.map((spend) => [spend.hour, spend])),
      nameOf: ({ hour }) => formatInstant(hour),
      describe: describeSpend,
    };
  }
}

/** Judges what was absorbed of a stream, by those of its entries that were. */
export class SpendVerification {
  private readonly fold = new SpendFold();

  constructor(private readonly recorded: RecordedSpend) {}

  /** @param anchors as they were when the entry was posted */
  take(event: LedgerEvent, anchors: readonly BillingAnchor[]): void {
    if (event.sequence > this.recorded.absorbedTo) return;
    this.fold.takeByTeam(event, anchors);
    this.fold.takeByHour(event);
  }

  /** @param position where the stream ends */
  *compare(position: number): Generator<Mismatch> {
    const { absorbedTo } = this.recorded;
    if (absorbedTo > position) {
      yield { kind: 'spend_checkpoint', position, expected: `at most ${position}`, found: `${absorbedTo}` };
    }
    yield* differences('team_spend', this.fold.teamsBeside(this.recorded));
    yield* differences('hourly_spend', this.fold.hoursBeside(this.recorded));
  }
}

function keyOf({ periodStart, teamId }: RecordedTeamSpend): string {
  return teamSpendKey({ start: periodStart, end: periodStart }, teamId);
}

function describeSpend({ requests, spend }: Pick<HourlySpend, 'requests' | 'spend'>): string {
  return `${requests} requests, ${formatAmount(spend)}`;
}
