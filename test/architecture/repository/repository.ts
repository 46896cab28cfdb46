import * as ts from 'typescript';

/** A text file as it is tracked: `path` is relative to the root, with forward slashes. */
export interface RepositoryFile {
  readonly path: string;
  readonly text: string;
}

export interface Repository {
  readonly files: readonly RepositoryFile[];
}

const CODE = /\.(?:[cm]?[jt]s|tsx)$/;
const PRODUCT_ROOTS = /^(?:apps|libs|deploy|test)\//;
const OWN_TEST = /^(?:apps|libs)\/[^/]+\/test\//;
const trees = new WeakMap<RepositoryFile, ts.SourceFile>();

/** A repository out of nothing but paths and texts: what the examples of a rule are made of. */
export function repositoryOf(texts: Readonly<Record<string, string>>): Repository {
  return { files: Object.entries(texts).map(([path, text]) => ({ path, text })) };
}

/** The code of the product and its tests: everything that is ours to keep small, named and honest. */
export function codeFiles(repository: Repository): RepositoryFile[] {
  return repository.files.filter((file) => PRODUCT_ROOTS.test(file.path) && CODE.test(file.path));
}

/** What runs in production under `root`: no spec, and nothing of a part's own `test` folder, where its builders live. */
export function productFiles(repository: Repository, root: RegExp): RepositoryFile[] {
  return codeFiles(repository).filter((file) => root.test(file.path) && !isSpec(file) && !OWN_TEST.test(file.path));
}

export function isSpec(file: RepositoryFile): boolean {
  return /\.spec\.tsx?$/.test(file.path);
}

/** The syntax tree, parsed once a file, parents set. */
export function treeOf(file: RepositoryFile): ts.SourceFile {
  const known = trees.get(file);
  if (known !== undefined) return known;
  const tree = ts.createSourceFile(file.path, file.text, ts.ScriptTarget.ES2023, true);
  trees.set(file, tree);
  return tree;
}

export function fileAt(repository: Repository, path: string): RepositoryFile | undefined {
  return repository.files.find((file) => file.path === path);
}

/** Names directly below `folder` ('' is the root), files and folders alike. */
export function entriesOf(repository: Repository, folder: string): Set<string> {
  const prefix = folder === '' ? '' : `${folder}/`;
  const inside = repository.files.filter((file) => file.path.startsWith(prefix));
  return new Set(inside.map((file) => file.path.slice(prefix.length).split('/')[0] ?? ''));
}

/** Names of the folders directly below `folder`. */
export function foldersOf(repository: Repository, folder: string): Set<string> {
  const prefix = `${folder}/`;
  const nested = repository.files.filter(
    (file) => file.path.startsWith(prefix) && file.path.slice(prefix.length).includes('/'),
  );
  return new Set(nested.map((file) => file.path.slice(prefix.length).split('/')[0] ?? ''));
}
