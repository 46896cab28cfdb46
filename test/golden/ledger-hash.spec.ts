import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeLedgerMessage } from '@floopy/contracts';
import {
  encodeLedgerEvent,
  hashLedgerEvent,
  LEDGER_ENCODING,
  LEDGER_ENCODING_OF_CORRECTION,
  LEDGER_ENCODING_WITH_PLAN,
  type LedgerEvent,
  type LedgerHash,
} from '@floopy/domain';
import { expectFindings, type Findings } from './expect-report';

interface Vector {
  readonly title: string;
  readonly entry: object;
  readonly encoding: string;
}

/*
 * Computed once, then fixed: whoever has an export from before must be able to verify it for ever. A change that fails
 * here needs a new name for the encoding beside this one, and no change of these files.
 */
const VECTORS = join(__dirname, 'ledger-hash-vectors.json');
const VECTORS_WITH_PLAN = join(__dirname, 'ledger-hash-vectors-with-plan.json');
const VECTORS_OF_CORRECTIONS = join(__dirname, 'ledger-hash-vectors-of-corrections.json');
const EXPORT = join(__dirname, 'ledger-export.jsonl');

const readVectors = (file: string) =>
  JSON.parse(readFileSync(file, 'utf8')) as { readonly encoding: string; readonly vectors: readonly Vector[] };
const before = readVectors(VECTORS);
const withPlan = readVectors(VECTORS_WITH_PLAN);
const ofCorrections = readVectors(VECTORS_OF_CORRECTIONS);
const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

function decode(entry: object): { readonly event: LedgerEvent; readonly previousHash: LedgerHash } {
  const decoded = decodeLedgerMessage(JSON.stringify(entry));
  if (decoded.type === 'rejected') throw new Error(JSON.stringify(decoded.faults));
  return decoded;
}

describe('the hash of a ledger event', () => {
  it('has the names of the golden vectors', () => {
    expect([LEDGER_ENCODING, before.vectors.length]).toEqual([before.encoding, 12]);
    expect([LEDGER_ENCODING_WITH_PLAN, withPlan.vectors.length]).toEqual([withPlan.encoding, 3]);
    expect([LEDGER_ENCODING_OF_CORRECTION, ofCorrections.vectors.length]).toEqual([ofCorrections.encoding, 3]);
  });

  it.each([...before.vectors, ...withPlan.vectors, ...ofCorrections.vectors].map((vector) => [vector.title, vector] as const))('is what it always was for %s', (_, vector) => {
    const { event, previousHash } = decode(vector.entry);
    expect(encodeLedgerEvent(event, previousHash)).toBe(vector.encoding);
    expect(hashLedgerEvent(event, previousHash, sha256)).toBe(event.hash);
  });
});

/** Verifies the export after somebody with a copy has changed its lines. */
function expectForgery(forge: (lines: string[]) => string[], findings: Findings): void {
  const directory = mkdtempSync(join(tmpdir(), 'floopy-golden-'));
  try {
    const file = join(directory, 'export.jsonl');
    writeFileSync(file, forge(readFileSync(EXPORT, 'utf8').trimEnd().split('\n')).join('\n'));
    expectFindings([file], findings);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Replaces a text in the entry at a position. */
function replaceAt(position: number, from: string, to: string): (lines: string[]) => string[] {
  return (lines) =>
    lines.map((line) => (line.includes(`"sequence":${position},"type"`) ? line.replace(from, to) : line));
}

describe('the verifier in Python, which shares no code with this repository', () => {
  it('computes the same encodings and hashes', () => {
    expectFindings(['--vectors', VECTORS], []);
    expectFindings(['--vectors', VECTORS_WITH_PLAN], []);
    expectFindings(['--vectors', VECTORS_OF_CORRECTIONS], []);
  });

  it('finds nothing wrong in an export: chain, balances, counts and every charge priced again', () => {
    expectFindings([EXPORT], []);
  });

  it('finds an amount that was changed by its last digit, with what follows from it', () => {
    expectForgery(replaceAt(3, '"amount":"-2.5142500000"', '"amount":"-2.5142500001"'), [
      ['hash', 3],
      ['balance_after', 3],
      ['charge', 3],
      ['head_balance', 12],
    ]);
  });

  it.each([
    ['a token count, though the charge of a cache hit stays nothing', 10, '"output_tokens":10', '"output_tokens":11'],
    ['a reason', 2, 'März', 'Marz'],
    ['a time', 5, '"occurred_at":"2026-11-23T10:00:00.123Z"', '"occurred_at":"2026-10-23T10:00:00.123Z"'],
    ['the user that a number stands for', 4, '"user_reference":7', '"user_reference":8'],
  ])('finds %s that was changed', (_, position, from, to) => {
    expectForgery(replaceAt(position, from, to), [['hash', position]]);
  });

  it('finds an entry that was taken out', () => {
    expectForgery((lines) => lines.filter((line) => !line.includes('"sequence":7,"type"')), [
      ['sequence', 8],
      ['previous_hash', 8],
      ['hash', 8],
    ]);
  });

  it('finds that the end was cut off', () => {
    expectForgery((lines) => lines.slice(0, -1), [
      ['head_sequence', 11],
      ['head_balance', 11],
      ['head_hash', 11],
    ]);
  });

  it('finds a price that was changed in a card, and every charge that it decided', () => {
    expectForgery(
      (lines) => lines.map((line) => line.replace(String.raw`\"cache_read_input\":\"0.0001250000\"`, String.raw`\"cache_read_input\":\"0.0001240000\"`)),
      [
        ['rate_card_content'],
        ['charge', 3],
      ],
    );
  });
});
