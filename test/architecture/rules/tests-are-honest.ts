import * as ts from 'typescript';
import { codeFiles, isSpec, treeOf, type Repository, type RepositoryFile } from '../repository/repository';
import type { Rule, Violation } from '../repository/rule';
import { dottedName, isFunctionNode, lineOf, nodesOf, rootName } from '../repository/syntax';

const TEST_NAMES = new Set(['it', 'test', 'describe']);
const SWITCHED_OFF = /^(?:x(?:it|test|describe)|f(?:it|describe))(?:\.|$)/;
const SWITCHED_BY_MEMBER = /^(?:it|test|describe)(?:\.\w+)*\.(?:skip|only|todo|failing|skipIf|runIf)(?:\.|$)/;
const ASSERTIONS = /(?:^|\.)(?:expect|assert)(?:[A-Z]\w*)?(?:\.|$)/;
const MOCKS = /^jest\.(?:mock|doMock|unstable_mockModule|spyOn)$|\.(?:toHaveBeenCalled\w*|toHaveBeenLastCalledWith)$/;

function findDishonestTests(repository: Repository): Violation[] {
  return codeFiles(repository).flatMap((file) => {
    const calls = nodesOf(treeOf(file), ts.isCallExpression);
    if (!isSpec(file))
      return calls.filter(isLost).map((call) => violation(file, call, 'a test outside of a *.spec.ts'));
    return [...switchedOff(file), ...calls.flatMap((call) => faultsOf(file, call))];
  });
}

function faultsOf(file: RepositoryFile, call: ts.CallExpression): Violation[] {
  const name = dottedName(call.expression);
  const faults = [
    MOCKS.test(name) ? `${name}: a test shows what happens, not that something was called` : undefined,
    ...(isTest(call) ? [faultOfTitle(call), faultOfBody(call)] : []),
  ];
  return faults.flatMap((message) => (message === undefined ? [] : [violation(file, call, message)]));
}

/** Also `const maybe = ready ? it : it.skip`, which is no call: any mention of a switched-off form. */
function switchedOff(file: RepositoryFile): Violation[] {
  const mentions = nodesOf(treeOf(file), (node): node is ts.Expression => {
    if (ts.isPropertyAccessExpression(node)) return SWITCHED_BY_MEMBER.test(dottedName(node));
    return ts.isIdentifier(node) && SWITCHED_OFF.test(node.text) && ts.isCallExpression(node.parent);
  });
  return mentions.map((node) => violation(file, node, `${dottedName(node)} switches tests off`));
}

/** `it('…', …)` and `it.each(rows)('…', …)`, the outer call of the two. */
function isTest(call: ts.CallExpression): boolean {
  const name = rootName(call.expression);
  const hasCallback = call.arguments.some((argument) => isFunctionNode(argument));
  return hasCallback && TEST_NAMES.has(name) && name !== 'describe';
}

/** A test that no runner finds. Within a function it is a contract, which the specs of several stores call. */
function isLost(call: ts.CallExpression): boolean {
  return isTest(call) && ts.findAncestor(call, ts.isFunctionDeclaration) === undefined;
}

function faultOfTitle(call: ts.CallExpression): string | undefined {
  const [title] = call.arguments;
  if (title === undefined || !ts.isStringLiteralLike(title)) return undefined;
  const isFact = !/^(?:should|must|test|tests|check that|it)\b/i.test(title.text) && title.text.trim() !== '';
  return isFact ? undefined : `"${title.text}" is no fact: say what happens, in the present tense`;
}

function faultOfBody(call: ts.CallExpression): string | undefined {
  const asserts = call.arguments
    .filter(isFunctionNode)
    .some((body) => nodesOf(body, ts.isCallExpression).some((each) => ASSERTIONS.test(dottedName(each.expression))));
  return asserts ? undefined : 'a test that asserts nothing';
}

function violation(file: RepositoryFile, node: ts.Node, message: string): Violation {
  return { path: file.path, line: lineOf(node), message };
}

const PATH = 'libs/kafka/src/claim.spec.ts';
const BODY = '() => { expect(1).toBe(1); }';

function refused(title: string, text: string, because: string): Rule['refuses'][number] {
  return { title, files: { [PATH]: text }, because };
}

export const testsAreHonest: Rule = {
  name: 'every test runs, asserts, and says a fact',
  check: findDishonestTests,
  refuses: [
    refused('it.skip', `it.skip('claims', ${BODY});`, 'it.skip'),
    refused('describe.only', `describe.only('claim', () => { it('claims', ${BODY}); });`, 'describe.only'),
    refused('a skipped table', `it.skip.each([1])('claims', ${BODY});`, 'it.skip'),
    refused('a skip behind a condition', 'const maybe = broker ? it : it.skip;', 'it.skip'),
    refused('xit', `xit('claims', ${BODY});`, 'xit'),
    refused('fdescribe', `fdescribe('claim', () => { it('claims', ${BODY}); });`, 'fdescribe'),
    refused('a test to be written', "it.todo('claims');", 'it.todo'),
    refused('a test without assertion', "it('claims', async () => { await claim(); });", 'asserts nothing'),
    refused('a table without assertion', "it.each([1])('claims %s', (n) => { claim(n); });", 'asserts nothing'),
    refused('a title that wishes', `it('should claim', ${BODY});`, 'is no fact'),
    refused('a mocked module', `jest.mock('kafkajs');`, 'jest.mock'),
    refused('a check for calls', "it('a', () => { expect(f).toHaveBeenCalledWith(1); });", 'toHaveBeenCalledWith'),
    {
      title: 'a test that jest would never find',
      files: { 'test/e2e/balance.ts': `it('claims', ${BODY});` },
      because: 'outside of a *.spec.ts',
    },
  ],
  accepts: [
    {
      title: 'expectations, properties and assertions of our own',
      files: {
        [PATH]: [
          `it('claims', ${BODY});`,
          `it.each([1, 2])('claims %s', ${BODY});`,
          "it('holds', () => fc.assert(property));",
          "it('holds still', async () => { await expectBalance(1); });",
          "it('agrees', () => { assertSame(a, b); });",
          "const chosen = catalogue.only; submit.skip('a');",
        ].join('\n'),
        'test/support/ledger-contract.ts': `export function aLedger() { it('appends', ${BODY}); }`,
      },
    },
  ],
};
