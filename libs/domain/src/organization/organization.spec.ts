import { ID_MAX_LENGTH, isIdentifier } from './organization';

describe('isIdentifier', () => {
  it.each(['a', '!', '~', 'org_acme', 'accounts/fireworks/models/gpt-oss-120b', 'x'.repeat(ID_MAX_LENGTH)])(
    'takes %s',
    (text) => expect(isIdentifier(text)).toBe(true),
  );

  it.each([
    ['nothing', ''],
    ['129 characters', 'x'.repeat(ID_MAX_LENGTH + 1)],
    ['a space', 'org acme'],
    ['a tab', 'org\tacme'],
    ['a line break at the end', 'org_acme\n'],
    ['a control character', '\x7f'],
    ['a letter beyond ASCII', 'örg'],
  ])('refuses %s', (_, text) => expect(isIdentifier(text)).toBe(false));
});
