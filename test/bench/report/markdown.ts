import type { Figures } from './figures';

export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(heads), line(heads.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}

export const FIGURE_HEADS = ['events/s', 'CPU µs per event', 'Node', 'Postgres', 'Kafka'] as const;

export function figureCells({ eventsPerSecond, cpu, cpuNode, cpuPostgres, cpuKafka }: Figures): string[] {
  return [whole(eventsPerSecond), ...[cpu, cpuNode, cpuPostgres, cpuKafka].map((time) => time.toFixed(1))];
}

export function whole(count: number): string {
  return Math.round(count).toLocaleString('en');
}

export function times(ratio: number): string {
  return `${ratio < 10 ? ratio.toFixed(2) : ratio.toFixed(1)} ×`;
}
