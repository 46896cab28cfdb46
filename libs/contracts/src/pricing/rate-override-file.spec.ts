import { amountOfUnits, writeRateOverrideContent } from '@floopy/domain';
import { decodeRateOverrideFile, encodeRateOverrideFile } from './rate-override-file';

const PRICE = {
  provider: 'openai',
  model: 'gpt-4o',
  service_tier: 'standard',
  above_input_tokens: 0,
  token_class: 'input',
  unit_price: '0.0002',
};
const FILE = {
  id: 'acme-2026',
  organization_id: 'org_acme',
  in_force: { start: '2026-12-01T00:00:00Z', end: null },
  unit_prices: [PRICE],
};

describe('decodeRateOverrideFile', () => {
  it('reads the prices that a file states', () => {
    expect(decodeRateOverrideFile(JSON.stringify(FILE))).toMatchObject({
      type: 'rate_override',
      draft: {
        id: 'acme-2026',
        organizationId: 'org_acme',
        unitPrices: [
          { model: 'gpt-4o', serviceTier: 'standard', tokenClass: 'input', unitPrice: amountOfUnits(2_000_000n) },
        ],
      },
    });
  });

  it('takes a file without prices, which ends what was agreed', () => {
    expect(decodeRateOverrideFile(JSON.stringify({ ...FILE, unit_prices: [] }))).toMatchObject({
      draft: { unitPrices: [] },
    });
  });

  it('names every fault at once', () => {
    const price = { ...PRICE, token_class: 'request', unit_price: 0.0002, markup: 1 };
    const decoded = decodeRateOverrideFile(
      JSON.stringify({ ...FILE, organization_id: '', unit_prices: [PRICE, price] }),
    );
    expect(decoded.type === 'rejected' && decoded.faults.map(({ pointer }) => pointer)).toEqual([
      '/organization_id',
      '/unit_prices/1/token_class',
      '/unit_prices/1/unit_price',
      '/unit_prices/1/markup',
    ]);
  });
});

describe('encodeRateOverrideFile', () => {
  it('writes the canonical content, indented, which reads back as the same override', () => {
    const decoded = decodeRateOverrideFile(JSON.stringify(FILE));
    if (decoded.type !== 'rate_override') throw new Error('the file is valid');
    const text = encodeRateOverrideFile(decoded.draft);
    expect(JSON.stringify(JSON.parse(text))).toBe(writeRateOverrideContent(decoded.draft));
    expect(text.split('\n')[1]).toBe('  "id": "acme-2026",');
    expect(decodeRateOverrideFile(text)).toEqual(decoded);
  });
});
