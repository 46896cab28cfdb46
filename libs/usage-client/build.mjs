// Builds what is published: the client with the contracts and the part of the domain that they need, compiled side by
// side into dist/. Their aliases mean nothing outside of this repository, so they become relative paths.
import { execFileSync } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));
const DIST = join(HERE, 'dist');
const ALIAS = /(['"])@floopy\/([a-z-]+)\1/g;

rmSync(DIST, { recursive: true, force: true });
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
execFileSync(process.execPath, [tsc, '-p', join(HERE, 'tsconfig.build.json')], { stdio: 'inherit' });
for (const file of readdirSync(DIST, { recursive: true, encoding: 'utf8' })) {
  if (/\.(js|d\.ts)$/.test(file)) rewriteAliases(join(DIST, file));
}
copyFileSync(join(HERE, '../../LICENSE'), join(DIST, 'LICENSE'));

function rewriteAliases(path) {
  const text = readFileSync(path, 'utf8');
  const rewritten = text.replace(ALIAS, (_, quote, lib) => quote + pathTo(lib, dirname(path)) + quote);
  if (rewritten !== text) writeFileSync(path, rewritten);
}

function pathTo(lib, from) {
  const path = relative(from, join(DIST, 'libs', lib, 'src/index.js')).replaceAll('\\', '/');
  return path.startsWith('.') ? path : `./${path}`;
}
