import * as ts from 'typescript';
import { productFiles, treeOf, type Repository, type RepositoryFile } from '../repository/repository';
import type { Rule, Violation } from '../repository/rule';
import { dottedName, lineOf, walk } from '../repository/syntax';

const DOMAIN = /^libs\/domain\/src\//;

/** What a host gives to a program, and what differs between two hosts or two runs. */
const HOST_GLOBALS = new Set(
  (
    'process Buffer console crypto fetch performance navigator require module exports global globalThis __dirname ' +
    '__filename setTimeout setInterval setImmediate queueMicrotask clearTimeout clearInterval Promise AbortController ' +
    'AbortSignal EventTarget URL TextEncoder TextDecoder structuredClone Intl Temporal WebAssembly Worker ' +
    'SharedArrayBuffer Atomics WeakRef FinalizationRegistry eval'
  ).split(' '),
);

/** Date's methods in the zone of the host, and texts in its language. */
const HOST_METHODS =
  /^(?:(?:get|set)(?:FullYear|Month|Date|Day|Hours|Minutes|Seconds|Milliseconds)|getTimezoneOffset|getYear|toDateString|toTimeString|toLocale\w+|localeCompare)$/;

function findImpurities(repository: Repository): Violation[] {
  return productFiles(repository, DOMAIN).flatMap(impuritiesOf);
}

function impuritiesOf(file: RepositoryFile): Violation[] {
  const violations: Violation[] = [];
  walk(treeOf(file), (node) => {
    const message = impurityOf(node);
    if (message !== undefined) violations.push({ path: file.path, line: lineOf(node), message });
  });
  return violations;
}

function impurityOf(node: ts.Node): string | undefined {
  if (node.kind === ts.SyntaxKind.AsyncKeyword) return 'async in the domain';
  if (node.kind === ts.SyntaxKind.AwaitKeyword || ts.isAwaitExpression(node)) return 'await in the domain';
  if (ts.isNewExpression(node)) return impureConstruction(node);
  if (ts.isCallExpression(node)) return impureCall(node);
  if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) return impureMember(node);
  if (ts.isIdentifier(node)) return hostGlobal(node) ?? looseGlobal(node);
  return ts.isVariableStatement(node) ? moduleState(node) : undefined;
}

function impureConstruction(node: ts.NewExpression): string | undefined {
  if (dottedName(node.expression) !== 'Date') return undefined;
  const count = node.arguments?.length ?? 0;
  if (count === 0) return 'new Date() reads the clock';
  return count > 1 ? "new Date(year, month, …) reads the host's time zone" : undefined;
}

function impureCall(node: ts.CallExpression): string | undefined {
  if (node.expression.kind === ts.SyntaxKind.ImportKeyword) return 'import() in the domain';
  return dottedName(node.expression) === 'Date' ? 'Date() reads the clock' : undefined;
}

function impureMember(node: ts.PropertyAccessExpression | ts.ElementAccessExpression): string | undefined {
  const name = dottedName(node);
  if (name === 'Date.now') return 'Date.now() reads the clock';
  if (name === 'Math.random') return 'Math.random() differs on every run';
  const member = name.split('.').at(-1) ?? '';
  return HOST_METHODS.test(member) ? `${member} depends on the host's zone or language` : undefined;
}

/** By name alone, so that nothing in the domain is even called like a part of the host. */
function hostGlobal(node: ts.Identifier): string | undefined {
  return HOST_GLOBALS.has(node.text) && !isMemberName(node) ? `${node.text} belongs to the host` : undefined;
}

/** `Date` and `Math` are used through a member or `new`; as values they would carry the clock and chance elsewhere. */
function looseGlobal(node: ts.Identifier): string | undefined {
  if (!/^(?:Date|Math)$/.test(node.text) || isMemberName(node)) return undefined;
  const { parent } = node;
  const isAnchored =
    ts.isPropertyAccessExpression(parent) ||
    ts.isElementAccessExpression(parent) ||
    ts.isNewExpression(parent) ||
    ts.isCallExpression(parent) ||
    ts.isTypeReferenceNode(parent);
  const isArgument = (ts.isCallExpression(parent) || ts.isNewExpression(parent)) && parent.expression !== node;
  return isAnchored && !isArgument ? undefined : `${node.text} passed on as a value`;
}

/** A `let` at the top of a module is state that outlives a call. */
function moduleState(node: ts.VariableStatement): string | undefined {
  const isMutable = (node.declarationList.flags & ts.NodeFlags.Const) === 0;
  return isMutable && ts.isSourceFile(node.parent) ? 'a mutable variable of the module' : undefined;
}

function isMemberName(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  if (ts.isQualifiedName(parent)) return parent.right === node;
  const isMember = ts.isTypeElement(parent) || ts.isClassElement(parent) || ts.isPropertyAssignment(parent);
  return isMember && parent.name === node;
}

const PATH = 'libs/domain/src/pricing/price-usage.ts';

function refused(title: string, text: string, because: string): Rule['refuses'][number] {
  return { title, files: { [PATH]: text }, because };
}

export const domainIsPure: Rule = {
  name: 'the domain is synchronous and deterministic',
  check: findImpurities,
  refuses: [
    refused('an async function', 'export async function priceUsage(): Promise<void> {}', 'async'),
    refused('an async arrow', 'export const priceUsage = async () => 1;', 'async'),
    refused('for await', 'for await (const price of prices) use(price);', 'await'),
    refused('an await', 'const price = await read();', 'await'),
    refused('the clock', 'export const now = () => Date.now();', 'Date.now()'),
    refused('the clock, passed on', 'export const clock = Date.now;', 'Date.now()'),
    refused('the clock by key', "export const now = () => Date['now']();", 'Date.now()'),
    refused('the clock under another name', 'const { now } = Date;', 'Date passed on'),
    refused('chance under another name', 'const { random } = Math;', 'Math passed on'),
    refused('the clock handed over', 'withClock(Date);', 'Date passed on'),
    refused('a date without argument', 'export const now = () => new Date();', 'new Date()'),
    refused('a date in the local zone', 'export const start = new Date(2026, 10);', 'time zone'),
    refused('the month in the local zone', 'export const month = (at: Date) => at.getMonth();', 'getMonth'),
    refused('a text in the local language', 'export const show = (n: bigint) => n.toLocaleString();', 'toLocaleString'),
    refused('chance', 'export const chance = () => Math.random();', 'Math.random()'),
    refused('the process', 'export const mode = process.env.MODE;', 'process'),
    refused('a buffer', "export const bytes = Buffer.from('a');", 'Buffer'),
    refused('a timer', 'setTimeout(() => undefined, 1);', 'setTimeout'),
    refused('the console', "console.log('priced');", 'console'),
    refused('randomness of the host', 'export const id = () => crypto.randomUUID();', 'crypto'),
    refused('the global object', 'export const clock = globalThis.Date;', 'globalThis'),
    refused('state of a module', 'let count = 0;', 'mutable variable'),
    refused('a late import', "export const load = () => import('./rate-card');", 'import()'),
  ],
  accepts: [
    {
      title: 'a date of a given instant, members that share a name with the host, constants',
      files: {
        [PATH]: [
          'export interface Fetched { readonly process: string; readonly crypto: string }',
          'const LIMIT = 3;',
          'export function read(fetched: Fetched, at: Date) {',
          '  let total = Math.max(LIMIT, Date.UTC(2026, 10, 1), at.valueOf());',
          '  total += new Date(0).getUTCMonth();',
          '  return { process: fetched.process, total };',
          '}',
        ].join('\n'),
      },
    },
    { title: 'a clock in a spec', files: { 'libs/domain/src/time/instant.spec.ts': 'const now = Date.now();' } },
  ],
};
