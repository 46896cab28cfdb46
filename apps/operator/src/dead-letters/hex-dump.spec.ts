import { hexDump } from './hex-dump';

describe('hexDump', () => {
  it('shows sixteen bytes a line, and a dot for what cannot be printed', () => {
    expect(hexDump(Buffer.from('{"model":"gpt-4o"}\0ü'))).toBe(
      [
        '00000000  7b 22 6d 6f 64 65 6c 22 3a 22 67 70 74 2d 34 6f  {"model":"gpt-4o',
        '00000010  22 7d 00 c3 bc                                   "}...',
      ].join('\n'),
    );
  });

  it('says when there is nothing', () => {
    expect(hexDump(Buffer.alloc(0))).toBe('(no bytes)');
  });
});
