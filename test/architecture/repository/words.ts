/**
 * Splits an identifier or a file name into its words, in lower case: `readBalanceV2` is read, balance, v2;
 * `rate-card.spec` is rate, card, spec. Digits stay with the word before them, so that `base64` is one word.
 */
export function wordsOf(name: string): string[] {
  const words = name.match(/[A-Z]+(?![a-z])\d*|[A-Z]?[a-z]+\d*|\d+/g) ?? [];
  return words.map((word) => word.toLowerCase());
}

export function camelCase(name: string): string {
  const [first = '', ...rest] = wordsOf(name);
  return first + rest.map(capitalize).join('');
}

export function pascalCase(name: string): string {
  return wordsOf(name).map(capitalize).join('');
}

function capitalize(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
