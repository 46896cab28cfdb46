import type { Figures } from './figures';

export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(heads), line(heads.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}

/** `others`: the share of the machine that was at work for somebody else meanwhile. */
export const FIGURE_HEADS = ['events/s', 'CPU µs per event', 'Node', 'Postgres', 'Kafka', 'others'] as const;

export function figureCells({ eventsPerSecond, cpu, cpuNode, cpuPostgres, cpuKafka, othersShare }: Figures): string[] {
  const microseconds = [cpu, cpuNode, cpuPostgres, cpuKafka].map((time) => time.toFixed(1));
  return [whole(eventsPerSecond), ...microseconds, percent(othersShare)];
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}

export function whole(count: number): string {
  return Math.round(count).toLocaleString('en');
}

export function times(ratio: number): string {
  return `${ratio < 10 ? ratio.toFixed(2) : ratio.toFixed(1)} ×`;
}
