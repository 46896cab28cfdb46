import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import type { DrillRun } from './drill';

export interface Report {
  readonly command: string;
  readonly seed: number;
  readonly runs: readonly DrillRun[];
}

const BYTES_PER_GIB = 2 ** 30;

/** Writes one page: what was done, on which machine, what was seen. */
export function writeReport(path: string, { command, seed, runs }: Report): void {
  const options = command.replace(/ ?--results \S+/, '').replace(/ ?--seed \S+/, '');
  const cores = cpus();
  const text = [
    '# Drill results',
    '',
    `\`npm run drill -- ${options} --seed ${seed}\`, ended ${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC, on`,
    `${cores.length} cores (${cores[0]?.model.trim() ?? 'unknown'}), ${Math.round(totalmem() / BYTES_PER_GIB)} GiB, Node ${process.versions.node}. Kafka, Postgres and every`,
    'process share them. Each drill ends with `verify` of the whole ledger, and with a comparison against what its generator',
    'knows: events, counted requests and charges of each organization, offsets, duplicates and dead letters.',
    '',
    ...runs.flatMap(({ name, summary, seconds, findings }) => [
      `## ${name}: ${findings.faults.length === 0 ? 'ok' : 'FAILED'}`,
      '',
      `${summary[0]?.toUpperCase()}${summary.slice(1)}. ${Math.round(seconds)} s.`,
      '',
      ...findings.seen.map((line) => `- ${line}`),
      ...findings.faults.map((fault) => `- **FAULT** ${fault}`),
      '',
    ]),
  ];
  writeFileSync(path, text.join('\n'));
}
