import type { LedgerEvent } from '../src/ledger/ledger-event';
import { A_CORRECTION } from './arbitraries';

/** The event with one of its leaves changed: a number by one, a text by a letter, absent made present. */
export function forge(event: LedgerEvent, field: number): LedgerEvent {
  const { hash, ...facts } = event;
  const leaves: string[][] = [];
  collectLeaves(facts, [], leaves);
  const path = leaves[field % leaves.length] ?? [];
  return { ...(changeLeaf(facts, path) as LedgerEvent), hash };
}

function collectLeaves(value: unknown, path: string[], leaves: string[][]): void {
  if (value === null || typeof value !== 'object') {
    leaves.push(path);
    return;
  }
  for (const [key, member] of Object.entries(value)) collectLeaves(member, [...path, key], leaves);
}

function changeLeaf(value: unknown, path: readonly string[], name?: string): unknown {
  const [key, ...rest] = path;
  if (key !== undefined) {
    const object = value as Record<string, unknown>;
    return { ...object, [key]: changeLeaf(object[key], rest, key) };
  }
  if (typeof value === 'bigint') return value + 1n;
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  if (name === 'correction') return A_CORRECTION;
  if (name === 'plan') return { planVersion: 1, standing: 'included', overageRate: null };
  if (name === 'price') return { rateCardVersion: 1, overrideVersion: null, markupBasisPoints: 0 };
  return typeof value === 'string' ? `${value}x` : 'x';
}
