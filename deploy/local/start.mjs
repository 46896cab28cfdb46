// `npm start`: from a fresh clone to running billing. Installs and builds where that is needed, then hands over to
// main.ts, which the build has compiled.
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, requireNode, ROOT } from './preparation.mjs';
import { createProgress } from './progress.mjs';

const began = performance.now();
const progress = createProgress();

try {
  requireNode();
  await ensureInstalled(progress);
  await ensureBuilt(progress);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
const { startLocal } = await import(pathToFileURL(join(ROOT, 'dist/deploy/local/main.js')).href);
process.exit(await startLocal(process.argv.slice(2), progress, began));
