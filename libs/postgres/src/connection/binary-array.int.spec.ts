import * as fc from 'fast-check';
import { Client } from 'pg';
import { testServers } from '../../../../test/support/servers';
import {
  boolArray,
  byteaArray,
  hashArray,
  int2Array,
  int4Array,
  int8Array,
  numericArray,
  textArray,
  timestamptzArray,
  uuidArray,
} from './binary-array';

const RUNS = { numRuns: 60 };
/** 10^15 USD in units of 10^-10 cent. */
const LARGEST = 10n ** 27n;
const LATEST_MS = 253_402_300_799_999;

describe('arrays in binary format', () => {
  let client: Client;

  beforeAll(async () => {
    client = new Client({ connectionString: testServers().databaseUrl });
    await client.connect();
  });

  afterAll(() => client.end());

  /** What Postgres reads from an array, as JSON of its texts. */
  async function readBack(type: string, encoded: Buffer, text = 'element::text'): Promise<(string | null)[]> {
    const { rows } = await client.query<{ read: (string | null)[] }>(
      `SELECT coalesce(array_agg(${text} ORDER BY place), '{}') AS read
         FROM unnest($1::${type}[]) WITH ORDINALITY AS given (element, place)`,
      [encoded],
    );
    return rows[0]?.read ?? [];
  }

  async function holds<Value>(
    arbitrary: fc.Arbitrary<Value>,
    check: (values: Value[]) => Promise<void>,
  ): Promise<void> {
    await fc.assert(fc.asyncProperty(fc.array(arbitrary, { maxLength: 20 }), check), RUNS);
  }

  it('reads amounts exactly, from the smallest unit to the largest sum', () =>
    holds(fc.bigInt({ min: -LARGEST, max: LARGEST }), async (units) => {
      const read = await readBack('numeric', numericArray(units), '(element * 10000000000)::numeric(60, 0)::text');
      expect(read).toEqual(units.map(String));
    }));

  it('keeps the ten decimals of amounts', async () => {
    const units = [0n, 1n, -1n, 10_000n, 25_142_500_000n, -99_999_999_999_999n, LARGEST];
    expect(await readBack('numeric', numericArray(units))).toEqual([
      '0.0000000000',
      '0.0000000001',
      '-0.0000000001',
      '0.0000010000',
      '2.5142500000',
      '-9999.9999999999',
      '100000000000000000.0000000000',
    ]);
  });

  it('reads whole numbers and their absence', async () => {
    const numbers = (min: number, max: number): fc.Arbitrary<number | null> => fc.option(fc.integer({ min, max }));
    const texts = (values: readonly (number | null)[]): (string | null)[] =>
      values.map((value) => (value === null ? null : String(value)));
    await holds(numbers(-(2 ** 15), 2 ** 15 - 1), async (given) =>
      expect(await readBack('int2', int2Array(given))).toEqual(texts(given)),
    );
    await holds(numbers(-(2 ** 31), 2 ** 31 - 1), async (given) =>
      expect(await readBack('int4', int4Array(given))).toEqual(texts(given)),
    );
    await holds(fc.option(fc.maxSafeInteger()), async (given) =>
      expect(await readBack('int8', int8Array(given))).toEqual(
        given.map((value) => (value === null ? null : String(value + 0))),
      ),
    );
  });

  it('reads times to the millisecond', () =>
    holds(fc.integer({ min: 0, max: LATEST_MS }), async (instants) => {
      const text = '(extract(epoch FROM element) * 1000)::numeric(20, 0)::text';
      expect(await readBack('timestamptz', timestamptzArray(instants), text)).toEqual(instants.map(String));
    }));

  it('reads any text that Postgres can hold', () =>
    holds(fc.option(fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0'))), async (texts) =>
      expect(await readBack('text', textArray(texts))).toEqual(texts),
    ));

  it('reads bytes, hashes, digests and switches', async () => {
    const hex = (length: number): fc.Arbitrary<string> =>
      fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => Buffer.from(bytes).toString('hex'));
    await holds(fc.option(fc.uint8Array().map((bytes) => Buffer.from(bytes))), async (given) =>
      expect(await readBack('bytea', byteaArray(given), "encode(element, 'hex')")).toEqual(
        given.map((bytes) => bytes?.toString('hex') ?? null),
      ),
    );
    await holds(hex(32), async (given) =>
      expect(await readBack('bytea', hashArray(given), "encode(element, 'hex')")).toEqual(given),
    );
    await holds(fc.option(hex(16)), async (given) =>
      expect(await readBack('uuid', uuidArray(given), "replace(element::text, '-', '')")).toEqual(given),
    );
    await holds(fc.option(fc.boolean()), async (given) =>
      expect(await readBack('bool', boolArray(given))).toEqual(
        given.map((value) => (value === null ? null : String(value))),
      ),
    );
  });
});
