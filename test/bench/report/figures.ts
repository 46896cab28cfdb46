import type { Window } from '../measure/window';

/** A window as what is compared: a rate, and CPU time per event in microseconds. */
export interface Figures {
  readonly eventsPerSecond: number;
  readonly cpu: number;
  readonly cpuNode: number;
  readonly cpuPostgres: number;
  readonly cpuKafka: number;
  readonly othersShare: number;
}

export function figuresOf({ events, seconds, cpu, othersShare }: Window): Figures {
  return {
    eventsPerSecond: events / seconds,
    cpu: (cpu.node + cpu.postgres + cpu.kafka) / events,
    cpuNode: cpu.node / events,
    cpuPostgres: cpu.postgres / events,
    cpuKafka: cpu.kafka / events,
    othersShare,
  };
}

/** The median of each figure by itself. */
export function medianFigures(windows: readonly Window[]): Figures {
  const figures = windows.map(figuresOf);
  const medianOf = (read: (one: Figures) => number): number => median(figures.map(read));
  return {
    eventsPerSecond: medianOf((one) => one.eventsPerSecond),
    cpu: medianOf((one) => one.cpu),
    cpuNode: medianOf((one) => one.cpuNode),
    cpuPostgres: medianOf((one) => one.cpuPostgres),
    cpuKafka: medianOf((one) => one.cpuKafka),
    othersShare: medianOf((one) => one.othersShare),
  };
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** The smallest value that at least this share of all values does not pass. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
