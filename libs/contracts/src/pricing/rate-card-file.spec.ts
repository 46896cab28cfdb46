import { amountOfUnits, formatInstant, writeRateCardContent } from '@floopy/domain';
import { z } from 'zod';
import { decodeRateCardFile, encodeRateCardFile, rateCardFileSchema } from './rate-card-file';

const TIER = { above_input_tokens: 0, unit_prices: { input: '0.00025', output: '0.0010000000' }, request_fee: '0' };
const MODEL = {
  provider: 'openai',
  model: 'gpt-4o',
  aliases: ['gpt-4o-2024-08-06'],
  service_tiers: { standard: [TIER] },
};
const FILE = { id: 'list-prices', in_force: { start: '2020-01-01T01:00:00+01:00', end: null }, models: [MODEL] };

function faultsOf(file: unknown): unknown {
  const decoded = decodeRateCardFile(typeof file === 'string' ? file : JSON.stringify(file));
  return decoded.type === 'rejected' ? decoded.faults.map(({ pointer }) => pointer) : decoded.type;
}

function withTier(tier: object): unknown {
  return { ...FILE, models: [{ ...MODEL, service_tiers: { standard: [{ ...TIER, ...tier }] } }] };
}

describe('decodeRateCardFile', () => {
  it('reads the card that a file states', () => {
    const decoded = decodeRateCardFile(JSON.stringify(FILE));
    if (decoded.type !== 'rate_card') throw new Error(JSON.stringify(decoded.faults));
    const { draft } = decoded;
    expect(formatInstant(draft.inForce.start)).toBe('2020-01-01T00:00:00.000Z');
    expect(draft).toMatchObject({
      id: 'list-prices',
      inForce: { end: null },
      models: [
        {
          provider: 'openai',
          model: 'gpt-4o',
          aliases: ['gpt-4o-2024-08-06'],
          serviceTiers: {
            standard: [
              {
                aboveInputTokens: 0,
                unitPrices: { input: amountOfUnits(2_500_000n), output: amountOfUnits(10_000_000n) },
                requestFee: amountOfUnits(0n),
              },
            ],
          },
        },
      ],
    });
    expect(Object.keys(draft.models[0]?.serviceTiers ?? {})).toEqual(['standard']);
  });

  const at = '/models/0/service_tiers/standard/0';

  it.each<[string, unknown, string[]]>([
    ['no JSON', '{', ['']],
    ['another kind of JSON', '[]', ['']],
    ['a file without anything', {}, ['/id', '/in_force', '/models']],
    ['an unknown key, which could be money', { ...FILE, currency: 'EUR' }, ['/currency']],
    ['an unknown key of a tier', withTier({ output: '1' }), [`${at}/output`]],
    ['an unknown class', withTier({ unit_prices: { image: '1' } }), [`${at}/unit_prices/image`]],
    ['a price as a number', withTier({ unit_prices: { input: 0.00025 } }), [`${at}/unit_prices/input`]],
    ['a price with eleven decimals', withTier({ request_fee: '0.00000000001' }), [`${at}/request_fee`]],
    ['a negative price', withTier({ request_fee: '-1' }), [`${at}/request_fee`]],
    ['a price with an exponent', withTier({ request_fee: '1e3' }), [`${at}/request_fee`]],
    ['half a token', withTier({ above_input_tokens: 0.5 }), [`${at}/above_input_tokens`]],
    ['less than no tokens', withTier({ above_input_tokens: -1 }), [`${at}/above_input_tokens`]],
    [
      'no time',
      { ...FILE, in_force: { start: '2026-02-30T00:00:00Z', end: '' } },
      ['/in_force/start', '/in_force/end'],
    ],
    [
      'an interval without an end, which is not the same as none',
      { ...FILE, in_force: { start: '2020-01-01T00:00:00Z' } },
      ['/in_force/end'],
    ],
    ['a name with a space', { ...FILE, id: 'list prices' }, ['/id']],
    [
      'an alias that is too long',
      { ...FILE, models: [{ ...MODEL, aliases: ['a', 'x'.repeat(129)] }] },
      ['/models/0/aliases/1'],
    ],
    [
      'an unknown service tier',
      { ...FILE, models: [{ ...MODEL, service_tiers: { gold: [TIER] } }] },
      ['/models/0/service_tiers/gold'],
    ],
  ])('names %s', (_, file, pointers) => {
    expect(faultsOf(file)).toEqual(pointers);
  });

  it('says what would be right', () => {
    const decoded = decodeRateCardFile(
      JSON.stringify({
        ...FILE,
        in_force: { start: 'now', end: null },
        models: [{ ...MODEL, service_tiers: { standard: [{ above_input_tokens: -1, unit_prices: {} }] } }],
      }),
    );
    expect(decoded.type === 'rejected' && decoded.faults.map(({ detail }) => detail)).toEqual([
      'must be an RFC 3339 time in the years 1970 to 9999',
      'must be a whole number, at least 0',
      'is required',
    ]);
    expect(decodeRateCardFile('{')).toMatchObject({ faults: [{ detail: expect.stringMatching(/^is not JSON: ./) }] });
  });

  it('names every fault at once', () => {
    const file = {
      ...FILE,
      id: '',
      models: [MODEL, { ...MODEL, provider: 7, service_tiers: { standard: [{ ...TIER, request_fee: 1 }] } }],
    };
    expect(faultsOf(file)).toEqual(['/id', '/models/1/provider', '/models/1/service_tiers/standard/0/request_fee']);
  });
});

describe('encodeRateCardFile', () => {
  it('writes the canonical content, indented for people, which reads back as the same card', () => {
    const decoded = decodeRateCardFile(JSON.stringify(FILE));
    if (decoded.type !== 'rate_card') throw new Error('the file is valid');
    const text = encodeRateCardFile(decoded.draft);
    expect(text.split('\n').slice(0, 3)).toEqual(['{', '  "id": "list-prices",', '  "in_force": {']);
    expect(text.endsWith('}\n')).toBe(true);
    expect(JSON.stringify(JSON.parse(text))).toBe(writeRateCardContent(decoded.draft));
    expect(decodeRateCardFile(text)).toEqual(decoded);
  });
});

describe('rateCardFileSchema', () => {
  it('can be given to others as JSON Schema', () => {
    expect(z.toJSONSchema(rateCardFileSchema)).toMatchObject({
      type: 'object',
      required: ['id', 'in_force', 'models'],
    });
  });
});
