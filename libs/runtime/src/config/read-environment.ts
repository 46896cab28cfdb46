/** The surroundings of the process as texts; a variable that is set to nothing counts as absent. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The one place where an app or lib reads `process.env`. */
export function readEnvironment(): Environment {
  return Object.fromEntries(Object.entries(process.env).filter(([, value]) => value?.trim() !== ''));
}
