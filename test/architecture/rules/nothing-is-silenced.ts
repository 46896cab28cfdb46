import * as ts from 'typescript';
import { codeFiles, isSpec, treeOf, type Repository, type RepositoryFile } from '../repository/repository';
import type { Rule, Violation } from '../repository/rule';
import { lineOf, nodesOf } from '../repository/syntax';

const SPEAKING_ROOTS = /^(?:libs|apps)\//;

function findSilences(repository: Repository): Violation[] {
  return codeFiles(repository).flatMap((file) => [...silencingComments(file), ...writesToConsole(file)]);
}

function silencingComments(file: RepositoryFile): Violation[] {
  return commentsOf(file).flatMap(({ text, line }) => {
    const message = faultOf(text);
    return message === undefined ? [] : [{ path: file.path, line, message }];
  });
}

function faultOf(comment: string): string | undefined {
  if (/@ts-(?:ignore|nocheck)\b/.test(comment)) return 'the compiler is silenced';
  if (/@ts-expect-error\s*(?:\*\/)?$/.test(comment)) return '@ts-expect-error without its reason';
  if (/(?:oxlint|eslint)-disable/.test(comment) && !/-disable\S*\s+[\w/@, -]+\s--\s\S/.test(comment)) {
    return 'lint is silenced without naming the rule and, after --, the reason';
  }
  if (/prettier-ignore/.test(comment)) return 'formatting is switched off';
  return /\b(?:TODO|FIXME|XXX|HACK)\b/.test(comment) ? 'work left over belongs in an issue' : undefined;
}

/** Comments are no nodes of the tree: they lie in the gaps before tokens. */
function commentsOf(file: RepositoryFile): { readonly text: string; readonly line: number }[] {
  const tree = treeOf(file);
  const ranges = new Map<number, ts.CommentRange>();
  const collect = (node: ts.Node): void => {
    for (const range of ts.getLeadingCommentRanges(file.text, node.getFullStart()) ?? []) ranges.set(range.pos, range);
    for (const range of ts.getTrailingCommentRanges(file.text, node.getEnd()) ?? []) ranges.set(range.pos, range);
    for (const child of node.getChildren(tree)) collect(child);
  };
  collect(tree);
  return [...ranges.values()].map((range) => ({
    text: file.text.slice(range.pos, range.end),
    line: tree.getLineAndCharacterOfPosition(range.pos).line + 1,
  }));
}

function writesToConsole(file: RepositoryFile): Violation[] {
  if (!SPEAKING_ROOTS.test(file.path) || isSpec(file)) return [];
  return nodesOf(treeOf(file), ts.isIdentifier)
    .filter((node) => node.text === 'console' && !isMember(node))
    .map((node) => ({ path: file.path, line: lineOf(node), message: 'logs are facts of the logger, not of console' }));
}

function isMember(node: ts.Identifier): boolean {
  return ts.isPropertyAccessExpression(node.parent) && node.parent.name === node;
}

const PATH = 'libs/kafka/src/claim.ts';

/** Written in two pieces, so that this file does not hold what it refuses. */
function commented(first: string, second: string): Record<string, string> {
  return { [PATH]: `// ${first}${second}\nexport const a = 1;` };
}

export const nothingIsSilenced: Rule = {
  name: 'no check is silenced and no work is left in a comment',
  check: findSilences,
  refuses: [
    { title: 'a line the compiler must not see', files: commented('@ts-', 'ignore'), because: 'compiler' },
    { title: 'an unexplained exception', files: commented('@ts-', 'expect-error'), because: 'without its reason' },
    { title: 'lint off for everything', files: commented('oxlint-', 'disable'), because: 'lint is silenced' },
    { title: 'lint off without reason', files: commented('oxlint-', 'disable-next-line no-eval'), because: 'lint' },
    { title: 'formatting off', files: commented('prettier-', 'ignore'), because: 'formatting' },
    { title: 'work left over', files: commented('TO', 'DO: the rest'), because: 'issue' },
    { title: 'console by parts', files: { [PATH]: 'const { log } = console;' }, because: 'console' },
    { title: 'console in a lib', files: { [PATH]: 'console.error(1);' }, because: 'console' },
  ],
  accepts: [
    {
      title: 'an exception that says why, and words in strings',
      files: {
        ...commented('oxlint-', 'disable-next-line no-eval -- the REPL is the point of this file'),
        'libs/kafka/src/words.ts': "export const words = '// TODO @ts-ignore';",
        'libs/kafka/src/a.spec.ts': '// @ts-expect-error an id of another kind is refused by the compiler\ncall(1);',
        'deploy/local/start.mjs': "console.log('ready');",
      },
    },
  ],
};
