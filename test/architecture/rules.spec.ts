import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readRepository } from './repository/read-repository';
import { repositoryOf } from './repository/repository';
import type { Violation } from './repository/rule';
import { RULES } from './rules';

const repository = readRepository();

describe.each(RULES)('$name', ({ check, refuses, accepts }) => {
  it('in this repository', () => {
    expect(check(repository).map(inOneLine)).toEqual([]);
  });

  it.each(refuses)('refuses $title', ({ files, because }) => {
    const messages = check(repositoryOf(files)).map(inOneLine);
    expect(messages.join('\n')).toContain(because);
  });

  it.each(accepts)('accepts $title', ({ files }) => {
    expect(check(repositoryOf(files)).map(inOneLine)).toEqual([]);
  });
});

describe('the suite', () => {
  it('runs every rule that is written', () => {
    expect(readdirSync(join(__dirname, 'rules')).filter((name) => name.endsWith('.ts'))).toHaveLength(RULES.length);
  });

  it('reads this repository', () => {
    expect(repository.files.map((file) => file.path)).toEqual(
      expect.arrayContaining(['package.json', 'test/architecture/rules.spec.ts']),
    );
  });
});

function inOneLine({ path, line, message }: Violation): string {
  return `${path}:${line} ${message}`;
}
