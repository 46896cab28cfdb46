import { fileAt, foldersOf, type Repository } from '../repository/repository';
import type { Rule, Violation } from '../repository/rule';

export const MAXIMUM_README_LINES = 120;
const CHAPTERS = ['Model', 'Boundaries', 'Invariants', 'Time', 'To change it'];

function findPoorReadmes(repository: Repository): Violation[] {
  return [...foldersOf(repository, 'libs')].flatMap((lib) => faultsOf(repository, `libs/${lib}/README.md`));
}

function faultsOf(repository: Repository, path: string): Violation[] {
  const readme = fileAt(repository, path);
  if (readme === undefined) return [{ path, line: 1, message: 'a lib explains itself in a README.md' }];
  const lines = readme.text.replace(/\n$/, '').split('\n');
  const missing = CHAPTERS.filter((chapter) => !lines.some((line) => isChapter(line, chapter)));
  return [
    ...(lines.length > MAXIMUM_README_LINES
      ? [{ path, line: 1, message: `${lines.length} lines, at most ${MAXIMUM_README_LINES}` }]
      : []),
    ...missing.map((chapter) => ({ path, line: 1, message: `no chapter "${chapter}"` })),
  ];
}

function isChapter(line: string, chapter: string): boolean {
  return (
    /^#{2,3}\s/.test(line) &&
    line
      .replace(/^#+\s+/, '')
      .toLowerCase()
      .startsWith(chapter.toLowerCase())
  );
}

const COMPLETE = CHAPTERS.map((chapter) => `## ${chapter}\n\nWords.\n`).join('\n');

export const readmesAreComplete: Rule = {
  name: 'every lib explains itself on two pages',
  check: findPoorReadmes,
  refuses: [
    { title: 'a lib without README', files: { 'libs/domain/src/index.ts': '' }, because: 'explains itself' },
    {
      title: 'a README without its chapters',
      files: { 'libs/domain/README.md': COMPLETE.replace('## Time', '## Clocks') },
      because: 'no chapter "Time"',
    },
    {
      title: 'a README of three pages',
      files: { 'libs/domain/README.md': COMPLETE + 'word\n'.repeat(MAXIMUM_README_LINES) },
      because: 'at most 120',
    },
  ],
  accepts: [{ title: 'a README with all chapters', files: { 'libs/domain/README.md': `# domain\n\n${COMPLETE}` } }],
};
