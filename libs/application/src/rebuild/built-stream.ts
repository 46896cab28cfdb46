import {
  addAmounts,
  type Amount,
  amountOfUnits,
  type Instant,
  latestPeriodCount,
  projectPeriodCount,
  ZERO_AMOUNT,
} from '@floopy/domain';
import { ProjectionVerification } from '../ledger/verify-projections';
import { SpendFold } from '../ledger/verify-spend';
import type { FoldedStretch } from './rebuild-ports';
import type { FoldedTo, PendingStretch } from './stretches';

/** What is built of one organization's projections beside the live ones, so far. */
export class BuiltStream {
  readonly beside = new ProjectionVerification();
  readonly spend = new SpendFold();
  readonly counts = new Map<Instant, number>();
  /** Whether an entry says what its plan made of it: heads count from the first that does. */
  hasPlans = false;
  /** All entries that were folded, and what they come to. */
  entries = 0;
  balance: Amount = ZERO_AMOUNT;
  private folded: FoldedTo = { beside: 0, absorbed: 0 };

  get foldedTo(): FoldedTo {
    return this.folded;
  }

  get latest(): ReturnType<typeof latestPeriodCount> {
    return latestPeriodCount(this.counts);
  }

  /** Takes the entries of a stretch, all of them. */
  take({ besideTakes, spendTakes, anchors, through }: PendingStretch, { byPeriod, byHour }: FoldedStretch): void {
    if (spendTakes) for (const { event, times } of byHour) this.spend.takeByHour(event, times);
    for (const { event, times } of byPeriod) {
      if (spendTakes) this.spend.takeByTeam(event, anchors, times);
      if (!besideTakes) continue;
      this.beside.take(event, anchors, times);
      projectPeriodCount(this.counts, event, anchors, times);
      this.hasPlans ||= (event.usage?.plan ?? null) !== null;
      this.entries += times;
      this.balance = addAmounts(this.balance, event.amount);
    }
    this.folded = {
      beside: besideTakes ? through : this.folded.beside,
      absorbed: spendTakes ? through : this.folded.absorbed,
    };
  }

  /** As a text, so that an interrupted rebuild goes on from here. */
  write(): string {
    const { beside, spend, counts, hasPlans, entries, balance, folded } = this;
    const maps = [beside.months, beside.overage, beside.carried, spend.teams, spend.hours, counts].map((map) => [
      ...map,
    ]);
    return JSON.stringify({ maps, hasPlans, entries, balance, folded }, (_, value: unknown) =>
      typeof value === 'bigint' ? { units: value.toString() } : value,
    );
  }

  static read(text: string | null): BuiltStream {
    const built = new BuiltStream();
    if (text === null) return built;
    const written = JSON.parse(text, revive) as WrittenStream;
    const { beside, spend, counts } = built;
    const maps: Map<unknown, unknown>[] = [
      beside.months,
      beside.overage,
      beside.carried,
      spend.teams,
      spend.hours,
      counts,
    ];
    for (const [index, map] of maps.entries()) {
      for (const [key, value] of written.maps[index] ?? []) map.set(key, value);
    }
    built.hasPlans = written.hasPlans;
    built.entries = written.entries;
    built.balance = written.balance;
    built.folded = written.folded;
    return built;
  }
}

interface WrittenStream {
  readonly maps: readonly (readonly (readonly [unknown, unknown])[])[];
  readonly hasPlans: boolean;
  readonly entries: number;
  readonly balance: Amount;
  readonly folded: FoldedTo;
}

function revive(_: string, value: unknown): unknown {
  const isAmount = typeof value === 'object' && value !== null && 'units' in value && typeof value.units === 'string';
  return isAmount ? amountOfUnits(BigInt(String(value.units))) : value;
}
