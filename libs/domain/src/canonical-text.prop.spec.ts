import * as fc from 'fast-check';
import { canonicalField } from './canonical-text';

/** Any text that has a UTF-8 form: half a surrogate pair has none. */
const aText = fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.constantFrom('', '~', '0:', '1:~'));
const fields = fc.array(fc.option(aText, { nil: null }), { maxLength: 6 });

/** Reads back what an encoder wrote, from its bytes, as a verifier in another language would. */
function readFields(bytes: Buffer): (string | null)[] {
  const values: (string | null)[] = [];
  let from = 0;
  while (from < bytes.length) {
    if (bytes[from] === 0x7e) {
      values.push(null);
      from += 1;
      continue;
    }
    const colon = bytes.indexOf(':', from);
    const start = colon + 1;
    from = start + Number(bytes.toString('utf8', from, colon));
    values.push(bytes.toString('utf8', start, from));
  }
  return values;
}

describe('the canonical encoding', () => {
  it('is injective: the fields can be read back from the bytes', () => {
    fc.assert(
      fc.property(fields, (values) => {
        expect(readFields(Buffer.from(values.map(canonicalField).join(''), 'utf8'))).toEqual(values);
      }),
    );
  });
});
