import { CREDENTIALS, type LedgerEvent, OUTCOMES, type UsageEvent } from '@floopy/domain';
import * as fc from 'fast-check';
import { ACME, aStoredLedger, aUsage, sha256, snapshotOf, type StoredLedger } from '../../test/a-stored-ledger';
import { type Verification, verifyLedger } from './verify-ledger';

function verify(ledger: StoredLedger, batchSize: number): Promise<Verification> {
  return verifyLedger({ snapshot: snapshotOf(ledger, batchSize), sha256, onProgress: () => undefined });
}

const usageArbitrary = fc
  .record({
    input: fc.nat(1_000_000),
    cached: fc.double({ min: 0, max: 1, noNaN: true }),
    output: fc.nat(100_000),
    outcome: fc.constantFrom(...OUTCOMES),
    credential: fc.constantFrom(...CREDENTIALS),
    origin: fc.constantFrom('gateway' as const, 'playground' as const),
    cacheHit: fc.boolean(),
    request: fc.nat(3),
    userId: fc.option(fc.constant('usr_1')),
  })
  .map(({ input, cached, output, request, ...stated }): Partial<UsageEvent> => ({
    ...stated,
    requestId: `req_${request}`,
    tokens: { ...aUsage().tokens, input, cacheReadInput: Math.floor(input * cached), output, reasoningOutput: 0 },
  }));

const usagesArbitrary = fc
  .array(usageArbitrary, { minLength: 1, maxLength: 12 })
  .map((usages) => usages.map((usage, index) => aUsage({ ...usage, id: `evt_${index}` })));

/** Where every value of an event lies, down to its last part; a part that is absent as a whole has no values. */
function pathsOf(value: unknown, path: readonly string[] = []): string[][] {
  if (value === null && ABSENT_PARTS.has(path.at(-1))) return [];
  if (value === null || typeof value !== 'object') return [[...path]];
  return Object.entries(value).flatMap(([key, part]) => pathsOf(part, [...path, key]));
}

const ABSENT_PARTS: ReadonlySet<string | undefined> = new Set(['usage', 'price', 'plan', 'correction']);

function changedAt(value: unknown, [key, ...rest]: readonly string[]): unknown {
  if (key === undefined) return changed(value);
  const whole = value as Record<string, unknown>;
  return { ...whole, [key]: changedAt(whole[key], rest) };
}

function changed(value: unknown): unknown {
  switch (typeof value) {
    case 'bigint':
      return value + 1n;
    case 'number':
      return value + 1;
    case 'boolean':
      return !value;
    case 'string':
      return value.startsWith('0') ? `1${value.slice(1)}` : `0${value.slice(1)}`;
    default:
      return 'something';
  }
}

describe('verifyLedger', () => {
  it('agrees with every ledger that is posted, however it is cut into batches', async () => {
    await fc.assert(
      fc.asyncProperty(usagesArbitrary, fc.integer({ min: 1, max: 5 }), async (usages, batchSize) => {
        const { ok, mismatches, checked } = await verify(aStoredLedger(usages), batchSize);
        expect({ ok, mismatches, entries: checked.entries }).toEqual({
          ok: true,
          mismatches: [],
          entries: usages.length + 1,
        });
      }),
    );
  });

  it('names the position of an entry of which any one value was changed', async () => {
    await fc.assert(
      fc.asyncProperty(usagesArbitrary, fc.nat(), fc.nat(), async (usages, whichEntry, whichValue) => {
        const ledger = aStoredLedger(usages);
        const index = whichEntry % ledger.entries.length;
        const entry = ledger.entries[index];
        if (entry?.type !== 'entry') throw new Error('every entry can be read');
        const paths = pathsOf(entry.event).filter(([first]) => first !== 'organizationId');
        const path = paths[whichValue % paths.length] ?? [];
        const event = changedAt(entry.event, path) as LedgerEvent;
        ledger.entries[index] = { ...entry, event };
        const { mismatches } = await verify(ledger, 3);
        const named = mismatches.filter(({ organizationId }) => organizationId === ACME.id);
        expect(named.map(({ position }) => position)).toContain(index + 1);
      }),
      { numRuns: 300 },
    );
  });

  it('never passes over an entry that is missing, wherever it stood', async () => {
    await fc.assert(
      fc.asyncProperty(usagesArbitrary, fc.nat(), async (usages, which) => {
        const ledger = aStoredLedger(usages);
        ledger.entries.splice(which % ledger.entries.length, 1);
        expect((await verify(ledger, 3)).ok).toBe(false);
      }),
    );
  });
});
