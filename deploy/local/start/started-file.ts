import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const startedSchema = z.object({
  kafka_brokers: z.array(z.string()),
  database_url: z.string(),
  api_url: z.string(),
  operator_api_key: z.string(),
  organizations: z.array(z.object({ id: z.string(), name: z.string(), api_key: z.string() })),
  pid: z.number().int().positive(),
});

/** What a script needs to use a running installation. The file holds secrets: only its owner may read it. */
export type Started = z.infer<typeof startedSchema>;

/** Written when everything answers; a reader finds all of it or no file. */
export function writeStarted(directory: string, started: Started): void {
  const draft = `${startedPath(directory)}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(started, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, startedPath(directory));
}

/** @returns undefined when nothing was started there. */
export function readStarted(directory: string): Started | undefined {
  try {
    return startedSchema.parse(JSON.parse(readFileSync(startedPath(directory), 'utf8')));
  } catch {
    return undefined;
  }
}

export function removeStarted(directory: string): void {
  rmSync(startedPath(directory), { force: true });
}

function startedPath(directory: string): string {
  return join(directory, 'started.json');
}
