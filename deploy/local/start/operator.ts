import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readLocalEnvironment } from '../environment';
import { repositoryRoot } from '../repository-root';

const execute = promisify(execFile);

/** Runs the operator command line against this start's servers; `args` without `--json`. @returns what it answers. */
export type Operator = (...args: readonly string[]) => Promise<unknown>;

export interface ServerAddresses {
  readonly kafkaBrokers: readonly string[];
  readonly databaseUrl: string;
}

const OUTPUT_LIMIT_BYTES = 64 * 1024 * 1024;

export function connectOperator(servers: ServerAddresses): Operator {
  return async (...args) => {
    try {
      const { stdout } = await execute(process.execPath, [appProgram('operator'), ...args, '--json'], {
        cwd: repositoryRoot(),
        env: appEnvironment(servers),
        maxBuffer: OUTPUT_LIMIT_BYTES,
      });
      return JSON.parse(stdout) as unknown;
    } catch (error) {
      const { stderr = '', stdout = '' } = error as { stderr?: string; stdout?: string };
      const printed = `${stderr}${stdout}`.trim();
      throw new Error(`"operator ${args.join(' ')}" failed: ${printed || String(error)}`, { cause: error });
    }
  };
}

/** The compiled entry point of an app. */
export function appProgram(app: string): string {
  return join(repositoryRoot(), 'dist/apps', app, 'src/main.js');
}

/** What every app of ours is told about its surroundings. */
export function appEnvironment(servers: ServerAddresses): Record<string, string | undefined> {
  return {
    ...readLocalEnvironment().inherited,
    NODE_ENV: 'production',
    KAFKA_BROKERS: servers.kafkaBrokers.join(','),
    DATABASE_URL: servers.databaseUrl,
    // A webhook that is tried out here listens here.
    WEBHOOK_INSECURE: 'true',
    ALERT_EMAILS: String((readLocalEnvironment().inherited['SMTP_URL'] ?? '') !== ''),
  };
}
