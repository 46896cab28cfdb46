import { existsSync, readFileSync } from 'node:fs';

/** One request of the trace "Azure LLM inference 2023", as the file has it. */
export interface TracedRequest {
  readonly atMs: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

const HEADER = 'TIMESTAMP,ContextTokens,GeneratedTokens';

/** @returns undefined when there is no such file: the trace is not part of the repository. */
export function readAzureTrace(path: string): TracedRequest[] | undefined {
  if (!existsSync(path)) return undefined;
  const [header, ...lines] = readFileSync(path, 'utf8').trim().split(/\r?\n/);
  if (header !== HEADER) throw new Error(`${path} does not begin with ${HEADER}`);
  return lines.map((line) => {
    const [time = '', inputTokens, outputTokens] = line.split(',');
    // Seven decimals of a second, in UTC without saying so.
    const atMs = Date.parse(`${time.slice(0, 23).replace(' ', 'T')}Z`);
    return { atMs, inputTokens: Number(inputTokens), outputTokens: Number(outputTokens) };
  });
}
