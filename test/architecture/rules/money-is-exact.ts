import * as ts from 'typescript';
import { productFiles, treeOf, type Repository, type RepositoryFile } from '../repository/repository';
import type { Rule, Violation } from '../repository/rule';
import { dottedName, lineOf, walk } from '../repository/syntax';
import { wordsOf } from '../repository/words';

/** Not the contracts: there, prices that others publish as numbers are turned into exact ones or refused. */
const EXACT = /^(?:apps|libs\/(?!contracts\/))/;
const DOMAIN = /^libs\/domain\/src\//;

/** A name that ends in one of these is an amount of money; `amountDigits` or `balancePosition` is not. */
const MONEY = new Set('amount price cost balance subtotal spend fee charge'.split(' '));

function findInexactMoney(repository: Repository): Violation[] {
  return productFiles(repository, EXACT).flatMap((file) => [
    ...findIn(file, moneyTypedAsNumber),
    ...(DOMAIN.test(file.path) ? findIn(file, floatingPoint) : []),
  ]);
}

function findIn(file: RepositoryFile, faultOf: (node: ts.Node) => string | undefined): Violation[] {
  const violations: Violation[] = [];
  walk(treeOf(file), (node) => {
    const message = faultOf(node);
    if (message !== undefined) violations.push({ path: file.path, line: lineOf(node), message });
  });
  return violations;
}

function moneyTypedAsNumber(node: ts.Node): string | undefined {
  const isTyped =
    ts.isPropertySignature(node) ||
    ts.isPropertyDeclaration(node) ||
    ts.isParameter(node) ||
    ts.isVariableDeclaration(node);
  if (!isTyped || !ts.isIdentifier(node.name) || !mentionsNumber(node.type)) return undefined;
  const isMoney = MONEY.has(wordsOf(node.name.text).at(-1) ?? '');
  return isMoney ? `${node.name.text} is money: an Amount, or its decimal string, never a number` : undefined;
}

function mentionsNumber(type: ts.TypeNode | undefined): boolean {
  if (type === undefined) return false;
  if (ts.isUnionTypeNode(type)) return type.types.some(mentionsNumber);
  return type.kind === ts.SyntaxKind.NumberKeyword;
}

function floatingPoint(node: ts.Node): string | undefined {
  if (ts.isNumericLiteral(node) && /^\d*\.\d/.test(node.getText())) {
    return `${node.getText()} is a binary fraction: write the smallest unit`;
  }
  if (!ts.isCallExpression(node)) return undefined;
  const last = dottedName(node.expression).split('.').at(-1) ?? '';
  const isFloating = last === 'parseFloat' || last === 'toFixed' || last === 'toPrecision';
  return isFloating ? `${last} leaves exact arithmetic` : undefined;
}

const PATH = 'libs/domain/src/money/amount.ts';

export const moneyIsExact: Rule = {
  name: 'money is never a floating number',
  check: findInexactMoney,
  refuses: [
    {
      title: 'a price typed as number',
      files: { [PATH]: 'interface Line { unitPrice: number }' },
      because: 'unitPrice',
    },
    {
      title: 'a cost that may be a number, in an app',
      files: { 'apps/api/src/view.ts': 'function show(cost: number | null) {}' },
      because: 'cost is money',
    },
    { title: 'a binary fraction', files: { [PATH]: 'export const MARKUP = 0.05;' }, because: 'binary fraction' },
    { title: 'parseFloat', files: { [PATH]: 'const a = Number.parseFloat(text);' }, because: 'parseFloat' },
    { title: 'toFixed', files: { [PATH]: 'const a = (1).toFixed(10);' }, because: 'toFixed' },
  ],
  accepts: [
    {
      title: 'counts, positions and digits beside exact amounts',
      files: {
        [PATH]: 'interface Line { amount: Amount; amountDigits: number; balancePosition: number; tokens: number }',
      },
    },
    {
      title: 'a price that somebody else publishes as a number, on its way in',
      files: { 'libs/contracts/src/pricing/exact-price.ts': 'function exactPrice(price: number) {}' },
    },
    { title: 'a ratio outside the domain', files: { 'libs/kafka/src/retry.ts': 'const JITTER = 0.2;' } },
  ],
};
