import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { exportedNames } from './exported-names';
import { readRepository } from './read-repository';
import { entriesOf, foldersOf, repositoryOf, treeOf } from './repository';
import { camelCase, pascalCase, wordsOf } from './words';

describe('readRepository', () => {
  it('reads an unpacked archive, which has no git, without what is built and what is no text', () => {
    const root = mkdtempSync(join(tmpdir(), 'repository-'));
    const texts = { 'libs/a.ts': 'a', 'dist/a.js': 'a', 'node_modules/b/c.js': 'c', 'test/picture.png': '\0\0' };
    for (const [path, text] of Object.entries(texts)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    expect(readRepository(root)).toEqual({ files: [{ path: 'libs/a.ts', text: 'a' }] });
    rmSync(root, { recursive: true });
  });

  it('reads files before they are committed', () => {
    expect(readRepository().files.map((file) => file.path)).toContain(
      'test/architecture/repository/repository.spec.ts',
    );
  });
});

describe('a repository', () => {
  it('knows what lies directly in a folder', () => {
    const repository = repositoryOf({ 'README.md': '', 'libs/a/src/b.ts': '', 'libs/c.md': '' });
    expect([...entriesOf(repository, '')]).toEqual(['README.md', 'libs']);
    expect([...foldersOf(repository, 'libs')]).toEqual(['a']);
  });
});

describe('exportedNames', () => {
  it('finds every way of exporting', () => {
    const text = [
      'export const a = 1, { b, c: [d] } = e;',
      'export function f() {}',
      'export class G {}',
      'export interface H {}',
      'export type I = 1;',
      "export { j, k as l } from './m';",
      "export * as n from './o';",
      'const hidden = 1;',
    ].join('\n');
    const [file = { path: '', text: '' }] = repositoryOf({ 'a.ts': text }).files;
    expect(exportedNames(treeOf(file)).map(({ name }) => name)).toEqual([
      'a',
      'b',
      'd',
      'f',
      'G',
      'H',
      'I',
      'j',
      'l',
      'n',
    ]);
  });
});

describe('words', () => {
  it.each([
    ['priceUsage', ['price', 'usage']],
    ['HTTPServer', ['http', 'server']],
    ['MAX_BATCH_BYTES', ['max', 'batch', 'bytes']],
    ['rate-card.int.spec', ['rate', 'card', 'int', 'spec']],
    ['encodeBase64Url', ['encode', 'base64', 'url']],
    ['priceV2', ['price', 'v2']],
  ])('splits %s', (name, words) => {
    expect(wordsOf(name)).toEqual(words);
  });

  it('joins them again', () => {
    expect([camelCase('price-usage'), pascalCase('ledger.controller')]).toEqual(['priceUsage', 'LedgerController']);
  });
});
