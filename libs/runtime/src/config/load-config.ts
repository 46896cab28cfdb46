import { z } from 'zod';
import { type Environment, readEnvironment } from './read-environment';

export type ConfigOutcome<Config> =
  | { readonly type: 'valid'; readonly config: Config }
  /** `message` names every faulty variable and what it must be, and repeats no value. */
  | { readonly type: 'faulty'; readonly message: string };

/** What a process exits with when it is started wrongly. */
export const WRONG_USAGE_EXIT_CODE = 2;

/**
 * Reads the settings of a process, once, before anything starts. `schema` is an object of environment variables.
 * Any fault ends the process with code 2 and one message on stderr that names all of them.
 */
export function loadConfig<Config>(schema: z.ZodType<Config>): Config {
  const outcome = parseConfig(schema, readEnvironment());
  if (outcome.type === 'valid') return outcome.config;
  process.stderr.write(`${outcome.message}\n`);
  process.exit(WRONG_USAGE_EXIT_CODE);
}

/** The pure part of `loadConfig`. */
export function parseConfig<Config>(schema: z.ZodType<Config>, environment: Environment): ConfigOutcome<Config> {
  const parsed = schema.safeParse(environment);
  if (parsed.success) return { type: 'valid', config: parsed.data };
  const lines = parsed.error.issues.map((issue) => `  ${describeIssue(issue, environment)}`);
  return { type: 'faulty', message: ['The configuration is not valid:', ...new Set(lines)].join('\n') };
}

function describeIssue(issue: z.core.$ZodIssue, environment: Environment): string {
  const [variable] = issue.path;
  if (typeof variable !== 'string') return issue.message;
  const state = environment[variable] === undefined ? 'is not set' : 'is set to something else';
  return `${variable} must be ${issue.message}; it ${state}`;
}
