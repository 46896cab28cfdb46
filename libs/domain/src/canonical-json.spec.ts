import { canonicalJson, compareTexts } from './canonical-json';

describe('canonicalJson', () => {
  it('sorts keys at every depth, keeps the order of lists and puts nothing in between', () => {
    expect(canonicalJson({ b: [3, { z: null, a: 'x' }], a: '', B: 1 })).toBe(
      '{"B":1,"a":"","b":[3,{"a":"x","z":null}]}',
    );
  });

  it('writes empty lists and objects', () => {
    expect(canonicalJson({ a: [], b: {} })).toBe('{"a":[],"b":{}}');
  });

  it('escapes what JSON must escape', () => {
    expect(canonicalJson({ 'a"b': 'line\nbreak' })).toBe(String.raw`{"a\"b":"line\nbreak"}`);
  });
});

describe('compareTexts', () => {
  it('orders by code unit, not by a language', () => {
    expect(['b', 'a', 'B', 'ä', 'a'].sort(compareTexts)).toEqual(['B', 'a', 'a', 'b', 'ä']);
    expect(compareTexts('a', 'a')).toBe(0);
  });
});
