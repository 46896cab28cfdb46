// `npm stop`: ends what `npm start` runs.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from './preparation.mjs';

const program = join(ROOT, 'dist/deploy/local/stop-local.js');
try {
  // What was never built was never started.
  const answer = existsSync(program)
    ? await (await import(pathToFileURL(program).href)).stopLocal(process.argv.slice(2))
    : 'Nothing runs.';
  process.stdout.write(`${answer}\n`);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
