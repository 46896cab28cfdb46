export interface LintOffender {
  readonly title: string;
  /** As lint prints it: `plugin(rule)`. */
  readonly rule: string;
  readonly path: string;
  readonly text: string;
}

const LIB = 'libs/kafka/src';
const DOMAIN = 'libs/domain/src';
const PROMISED = 'export async function send(): Promise<void> {}\n';

function offender(rule: string, title: string, path: string, text: string): LintOffender {
  return { rule, title, path, text };
}

/** One file each, so that a rule that was switched off is missed by name. */
export const LINT_OFFENDERS: readonly LintOffender[] = [
  offender(
    'typescript(no-explicit-any)',
    'any',
    `${LIB}/any.ts`,
    'export function f(options: any): string {\n  return String(options);\n}\n',
  ),
  offender(
    'typescript(no-floating-promises)',
    'a promise that nobody waits for',
    `${LIB}/floating.ts`,
    `${PROMISED}export function f(): void {\n  send();\n}\n`,
  ),
  offender(
    'typescript(no-misused-promises)',
    'a promise where a condition belongs',
    `${LIB}/misused.ts`,
    `${PROMISED}export function f(): string {\n  return send() ? 'a' : 'b';\n}\n`,
  ),
  offender(
    'typescript(await-thenable)',
    'await on a value',
    `${LIB}/awaited.ts`,
    'export async function f(n: number): Promise<number> {\n  return (await n) + 1;\n}\n',
  ),
  offender(
    'typescript(switch-exhaustiveness-check)',
    'a switch that forgets a member',
    `${LIB}/switch.ts`,
    "export function f(kind: 'a' | 'b'): void {\n  switch (kind) {\n    case 'a':\n      break;\n  }\n}\n",
  ),
  offender(
    'typescript(no-unsafe-assignment)',
    'an unparsed answer that gets a name',
    `${LIB}/parsed.ts`,
    "export function f(): void {\n  const answer = JSON.parse('1');\n  String(answer);\n}\n",
  ),
  offender(
    'typescript(no-unsafe-member-access)',
    'a member of an unparsed answer',
    `${LIB}/member.ts`,
    "export const total = Number(JSON.parse('1').total);\n",
  ),
  offender(
    'typescript(no-unsafe-return)',
    'an unparsed answer passed on',
    `${LIB}/returned.ts`,
    "export function f(): number {\n  return JSON.parse('1');\n}\n",
  ),
  offender(
    'typescript(no-non-null-assertion)',
    'an assertion that something is there',
    `${LIB}/present.ts`,
    'export const first = (list: readonly string[]): string => list[0]!;\n',
  ),
  offender('eslint(no-console)', 'console', `${LIB}/console.ts`, "console.log('sent');\n"),
  offender('eslint(eqeqeq)', 'loose equality', `${LIB}/equal.ts`, 'export const is = (n: number | null) => n == 1;\n'),
  offender(
    'eslint(max-params)',
    'a sixth parameter',
    `${LIB}/parameters.ts`,
    'export const f = (a: 1, b: 1, c: 1, d: 1, e: 1, g: 1): number => a + b + c + d + e + g;\n',
  ),
  offender(
    'eslint(max-depth)',
    'a fourth level',
    `${LIB}/depth.ts`,
    'export function f(a: boolean): void {\n  if (a) {\n    while (a) {\n      if (a) {\n        if (a) {\n          return;\n        }\n      }\n    }\n  }\n}\n',
  ),
  offender(
    'eslint(complexity)',
    'sixteen ways through a function',
    `${LIB}/ways.ts`,
    `export function f(n: number): boolean {\n  return ${Array.from({ length: 16 }, (_, i) => `n === ${i}`).join(' || ')};\n}\n`,
  ),
  offender(
    'eslint(no-restricted-globals)',
    'the process in the domain',
    `${DOMAIN}/a.ts`,
    'export const a = process.pid;\n',
  ),
  offender(
    'eslint(no-restricted-properties)',
    'the clock in the domain',
    `${DOMAIN}/b.ts`,
    'export const a = Date.now();\n',
  ),
  offender(
    'import(no-nodejs-modules)',
    'Node in the domain',
    `${DOMAIN}/c.ts`,
    "import { readFileSync } from 'node:fs';\nexport const a = readFileSync;\n",
  ),
  offender(
    'jest(no-focused-tests)',
    'a focused test',
    `${LIB}/focused.spec.ts`,
    "it.only('sends', () => {\n  expect(1).toBe(1);\n});\n",
  ),
  offender('jest(expect-expect)', 'a test without assertion', `${LIB}/idle.spec.ts`, "it('sends', () => undefined);\n"),
  offender(
    'typescript(no-explicit-any)',
    'any in a spec',
    `${LIB}/any.spec.ts`,
    "it('sends', () => {\n  const options: any = 1;\n  expect(options).toBe(1);\n});\n",
  ),
];

/** What the same settings must let pass. */
export const LINT_LAWFUL: Readonly<Record<string, string>> = {
  [`${DOMAIN}/amount.ts`]: [
    "export type Amount = bigint & { readonly brand: 'amount' };",
    'export function negateAmount(amount: Amount): Amount {',
    '  return -amount as Amount;',
    '}',
    "export function signOf(kind: 'a' | 'b'): number {",
    '  switch (kind) {',
    "    case 'a':",
    '      return 1;',
    '    default: {',
    "      const never: 'b' = kind;",
    '      return never.length;',
    '    }',
    '  }',
    '}',
    '',
  ].join('\n'),
  [`${LIB}/lawful.spec.ts`]: "it('sends', () => {\n  expect({ a: '1' }).toEqual({ a: expect.any(String) });\n});\n",
};
