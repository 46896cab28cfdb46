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
    ...(isTest(call) ? [faultOfTitle(call), faultOfBody(call), earlyEnd(call)] : []),
    isConditional(call) ? 'whether this runs depends on a condition' : undefined,
  ];
  return faults.flatMap((message) => (message === undefined ? [] : [violation(file, call, message)]));
}

/** Also `const maybe = ready ? it : it.skip`, which is no call: any mention of a switched-off form. */
function switchedOff(file: RepositoryFile): Violation[] {
  const mentions = nodesOf(treeOf(file), (node): node is ts.Expression => {
    if (ts.isPropertyAccessExpression(node)) return SWITCHED_BY_MEMBER.test(dottedName(node));
    return ts.isIdentifier(node) && SWITCHED_OFF.test(node.text);
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
  const asserts = call.arguments.filter(isFunctionNode).some((body) => assertionsIn(body).length > 0);
  return asserts ? undefined : 'a test that asserts nothing';
}

/** A bare `return` before anything was asserted ends a test as if it had succeeded: a skip in disguise. */
function earlyEnd(call: ts.CallExpression): string | undefined {
  const bodies = call.arguments.flatMap((each) => (isFunctionNode(each) && each.body !== undefined ? [each.body] : []));
  const skips = bodies.some((body) => {
    const first = assertionsIn(body)[0]?.getStart() ?? Infinity;
    return bareReturns(body).some((statement) => statement.getStart() < first);
  });
  return skips ? 'a return that skips the test' : undefined;
}

function bareReturns(node: ts.Node): ts.ReturnStatement[] {
  const found: ts.ReturnStatement[] = [];
  ts.forEachChild(node, (child) => {
    if (ts.isReturnStatement(child) && child.expression === undefined) found.push(child);
    else if (!isFunctionNode(child)) found.push(...bareReturns(child));
  });
  return found;
}

function assertionsIn(node: ts.Node): ts.CallExpression[] {
  return nodesOf(node, ts.isCallExpression).filter((call) => ASSERTIONS.test(dottedName(call.expression)));
}

/** A test or chapter that is declared under an `if`, `?:` or `&&`, within the function that declares it. */
function isConditional(call: ts.CallExpression): boolean {
  if (!TEST_NAMES.has(rootName(call.expression)) || !call.arguments.some(isFunctionNode)) return false;
  for (let node: ts.Node = call.parent; !isFunctionNode(node) && !ts.isSourceFile(node); node = node.parent) {
    if (ts.isIfStatement(node) || ts.isConditionalExpression(node) || ts.isBinaryExpression(node)) return true;
  }
  return false;
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
    refused('a test under a condition', `if (broker) it('claims', ${BODY});`, 'condition'),
    refused(
      'a chapter under a condition',
      `broker && describe('claim', () => { it('claims', ${BODY}); });`,
      'condition',
    ),
    refused('a test that ends early', "it('claims', () => { if (!broker) return; expect(1).toBe(1); });", 'return'),
    refused('xit by another name', 'const maybe = broker ? it : xit;', 'xit'),
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
          "it('has more to show', () => { expect(1).toBe(1); if (small) return; expect(2).toBe(2); });",
          "it('ends a callback', () => { each(() => { return; }); expect(1).toBe(1); });",
          "for (const codec of codecs) it('reads', () => { expect(codec).toBe(1); });",
          "const chosen = catalogue.only; submit.skip('a');",
        ].join('\n'),
        'test/support/ledger-contract.ts': `export function aLedger() { it('appends', ${BODY}); }`,
      },
    },
  ],
};
