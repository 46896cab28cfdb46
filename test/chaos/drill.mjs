// `npm run drill -- <name>`: installs and builds where that is needed, then hands over to main.ts.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuilt, ensureInstalled, requireNode, ROOT, run } from '../../deploy/local/preparation.mjs';
import { createProgress } from '../../deploy/local/progress.mjs';

const progress = createProgress();

try {
  requireNode();
  await ensureInstalled(progress);
  await ensureBuilt(progress);
  const step = progress.step('building the drills');
  const nest = join(ROOT, 'node_modules/@nestjs/cli/bin/nest.js');
  const { code, output } = await run(process.execPath, [nest, 'build', 'chaos']);
  if (code !== 0) throw new Error(output.trim());
  step.done();
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
const { runDrill } = await import(pathToFileURL(join(ROOT, 'dist/test/chaos/main.js')).href);
process.exit(await runDrill(process.argv.slice(2)));
