import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

/** What the surroundings of a local run say; the one place of deploy/local and test/support that reads `process.env`. */
export interface LocalEnvironment {
  /** Brokers of a Kafka that somebody else runs (`KAFKA_BROKERS`, comma-separated), or none. */
  readonly kafkaBrokers: readonly string[];
  /** A Postgres that somebody else runs (`DATABASE_URL`, a superuser's on a maintenance database), or none. */
  readonly databaseUrl: string | undefined;
  /** Where downloads are kept for every checkout of this user. */
  readonly cacheDirectory: string;
  /** Where `npm start` keeps data, logs and locks, when that is not `.local` (`FLOOPY_HOME`). */
  readonly home: string | undefined;
  /** `JAVA_HOME`, when set. */
  readonly javaHome: string | undefined;
  /** Everything, for child processes that inherit it. */
  readonly inherited: Readonly<Record<string, string | undefined>>;
}

export function readLocalEnvironment(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): LocalEnvironment {
  return {
    kafkaBrokers: splitList(environment['KAFKA_BROKERS']),
    databaseUrl: nonEmpty(environment['DATABASE_URL']),
    cacheDirectory: nonEmpty(environment['FLOOPY_CACHE']) ?? defaultCacheDirectory(environment['XDG_CACHE_HOME']),
    home: nonEmpty(environment['FLOOPY_HOME']),
    javaHome: nonEmpty(environment['JAVA_HOME']),
    inherited: environment,
  };
}

function defaultCacheDirectory(xdgCacheHome: string | undefined): string {
  // A user without a home (some containers) has "/" or nothing here: the temp directory still works.
  const home = homedir();
  const parent = nonEmpty(xdgCacheHome) ?? (home.length > 1 ? join(home, '.cache') : tmpdir());
  return join(parent, 'floopy-billing');
}

function splitList(value: string | undefined): string[] {
  return (value ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part.length > 0);
}

function nonEmpty(value: string | undefined): string | undefined {
  return value === undefined || value === '' ? undefined : value;
}
