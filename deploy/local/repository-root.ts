import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The checkout's directory. Files that the compiler does not copy (the pom, the watchdog) are read from there,
 * so the same code works from the sources (in tests) and from dist.
 */
export function repositoryRoot(): string {
  let directory = __dirname;
  while (!existsSync(join(directory, 'nest-cli.json'))) {
    const parent = dirname(directory);
    if (parent === directory)
      throw new Error(`No nest-cli.json above ${__dirname}: this does not run outside a checkout.`);
    directory = parent;
  }
  return directory;
}
