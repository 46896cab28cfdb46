import { runOperator } from '../src/run-operator';

export interface Operated {
  readonly exitCode: number;
  readonly out: string;
  readonly error: string;
  /** What was printed with `--json`. */
  readonly json: Record<string, unknown>;
}

/** Runs one command in this process, as the program does, with the settings given and none of the machine's. */
export async function operate(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  stop: AbortSignal = new AbortController().signal,
): Promise<Operated> {
  let out = '';
  let error = '';
  const exitCode = await runOperator(args, {
    environment,
    writeOut: (text) => (out += text),
    writeError: (text) => (error += text),
    isWatched: false,
    stop,
  });
  return { exitCode, out, error, json: args.includes('--json') && out !== '' ? parse(out) : {} };
}

function parse(out: string): Record<string, unknown> {
  return JSON.parse(out) as Record<string, unknown>;
}
