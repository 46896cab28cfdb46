// `npm run bench -- <command>`: installs and builds where that is needed, then hands over to main.ts.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuilt, ensureInstalled, requireNode, ROOT, run } from '../../deploy/local/preparation.mjs';
import { createProgress } from '../../deploy/local/progress.mjs';

const progress = createProgress();

try {
  requireNode();
  await ensureInstalled(progress);
  await ensureBuilt(progress);
  await buildBench();
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
const { runBench } = await import(pathToFileURL(join(ROOT, 'dist/test/bench/main.js')).href);
process.exit(await runBench(process.argv.slice(2), progress));

/** Not a part of the product, so not of its build; compiled each time, which takes a few seconds. */
async function buildBench() {
  const step = progress.step('building the benchmark');
  const nest = join(ROOT, 'node_modules/@nestjs/cli/bin/nest.js');
  const { code, output } = await run(process.execPath, [nest, 'build', 'bench']);
  if (code !== 0) {
    step.fail();
    throw new Error(output.trim());
  }
  step.done();
}
