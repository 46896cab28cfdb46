import * as ts from 'typescript';
import { codeFiles, isSpec, treeOf, type Repository, type RepositoryFile } from '../repository/repository';
import type { Rule, Violation } from '../repository/rule';
import { isFunctionNode, lastLineOf, lineOf, nodesOf, rootName, type FunctionNode } from '../repository/syntax';

export const MAXIMUM_FILE_LINES = 300;
export const MAXIMUM_FUNCTION_LINES = 70;
export const MAXIMUM_NESTED_BLOCKS = 3;

function findOversize(repository: Repository): Violation[] {
  return codeFiles(repository).flatMap((file) => [
    ...longFile(file),
    ...nodesOf(treeOf(file), isFunctionNode).flatMap((node) => [
      ...longFunction(file, node),
      ...deepBlocks(file, node),
    ]),
  ]);
}

function longFile(file: RepositoryFile): Violation[] {
  const lines = file.text.replace(/\n$/, '').split('\n').length;
  if (lines <= MAXIMUM_FILE_LINES) return [];
  return [{ path: file.path, line: 1, message: `${lines} lines, at most ${MAXIMUM_FILE_LINES}` }];
}

function longFunction(file: RepositoryFile, node: FunctionNode): Violation[] {
  const lines = lastLineOf(node) - lineOf(node) + 1;
  if (lines <= MAXIMUM_FUNCTION_LINES || isSuite(file, node)) return [];
  const message = `a function of ${lines} lines, at most ${MAXIMUM_FUNCTION_LINES}`;
  return [{ path: file.path, line: lineOf(node), message }];
}

/** The callback of `describe` is a chapter of a spec: as long as its tests, which are measured each. */
function isSuite(file: RepositoryFile, node: FunctionNode): boolean {
  return isSpec(file) && ts.isCallExpression(node.parent) && rootName(node.parent.expression) === 'describe';
}

function deepBlocks(file: RepositoryFile, node: FunctionNode): Violation[] {
  if (node.body === undefined) return [];
  return tooDeep(node.body, 0).map((block) => ({
    path: file.path,
    line: lineOf(block),
    message: `block within ${MAXIMUM_NESTED_BLOCKS} blocks of the same function`,
  }));
}

/** The outermost blocks below `node` that are nested too deep. A function inside starts to count anew. */
function tooDeep(node: ts.Node, depth: number): ts.Node[] {
  const found: ts.Node[] = [];
  ts.forEachChild(node, (child) => {
    if (isFunctionNode(child)) return;
    const below = isBlock(child) ? depth + 1 : depth;
    if (below > MAXIMUM_NESTED_BLOCKS) found.push(child);
    else found.push(...tooDeep(child, below));
  });
  return found;
}

/** `else if` continues its `if`: it is no deeper. */
function isBlock(node: ts.Node): boolean {
  if (ts.isIfStatement(node)) return !(ts.isIfStatement(node.parent) && node.parent.elseStatement === node);
  return ts.isIterationStatement(node, false) || ts.isSwitchStatement(node) || ts.isTryStatement(node);
}

const PATH = 'libs/kafka/src/claim.ts';

function lines(count: number, line: string): string {
  return Array.from({ length: count }, () => line).join('\n');
}

export const filesAreSmall: Rule = {
  name: 'files, functions and nesting have a wall',
  check: findOversize,
  refuses: [
    { title: 'a file of 301 lines', files: { [PATH]: lines(301, 'one();') }, because: '301 lines' },
    {
      title: 'a function of 71 lines',
      files: { [PATH]: `function claim() {\n${lines(69, 'one();')}\n}` },
      because: 'a function of 71 lines',
    },
    {
      title: 'a test of 71 lines within describe',
      files: { 'libs/kafka/src/a.spec.ts': `describe('a', () => {\nit('b', () => {\n${lines(69, 'c();')}\n});\n});` },
      because: 'a function of 71 lines',
    },
    {
      title: 'a fourth level',
      files: { [PATH]: 'function f() { for (;;) { if (a) { try { while (b) c(); } finally { d(); } } } }' },
      because: 'block within 3 blocks',
    },
  ],
  accepts: [
    {
      title: 'a function of 70 lines, and a long describe',
      files: {
        [PATH]: `function claim() {\n${lines(68, 'one();')}\n}`,
        'libs/kafka/src/a.spec.ts': `describe('a', () => {\n${lines(100, 'b();')}\n});`,
      },
    },
    {
      title: 'a chain of else if, and a callback that starts anew',
      files: {
        [PATH]:
          'function f() { if (a) b(); else if (c) d(); else if (e) g(); else if (h) i(); else if (j) k(); }\n' +
          'function l() { if (a) { if (b) { if (c) { each(() => { if (d) e(); }); } } } }',
      },
    },
  ],
};
