import { canonicalField, canonicalNumber } from './canonical-text';

describe('canonicalField', () => {
  it('writes the length in bytes, a colon and the value', () => {
    expect(canonicalField('gpt-4o')).toBe('6:gpt-4o');
    expect(canonicalField('')).toBe('0:');
    expect(canonicalField('7:x')).toBe('3:7:x');
  });

  it('tells an absent value from an empty one and from a tilde', () => {
    expect(canonicalField(null)).toBe('~');
    expect(canonicalField('~')).toBe('1:~');
  });

  it.each([
    ['\x00', 1],
    ['\x7f', 1],
    ['\x80', 2],
    ['é', 2],
    ['\u07ff', 2],
    ['\u0800', 3],
    ['€', 3],
    ['\uffff', 3],
    ['\u{10000}', 4],
    ['😀', 4],
    ['a😀é', 7],
  ])('counts the UTF-8 bytes of %j', (text, bytes) => {
    expect(canonicalField(text)).toBe(`${bytes}:${text}`);
    expect(Buffer.byteLength(text, 'utf8')).toBe(bytes);
  });
});

describe('canonicalNumber', () => {
  it('writes whole numbers of both kinds alike', () => {
    expect(canonicalNumber(12_345)).toBe('5:12345');
    expect(canonicalNumber(12_345n)).toBe('5:12345');
    expect(canonicalNumber(-1n)).toBe('2:-1');
    expect(canonicalNumber(-0)).toBe('1:0');
    expect(canonicalNumber(null)).toBe('~');
  });
});
