import { API_KEY_SCOPES, type ApiKeyScope, issueApiKey } from '@floopy/application';
import { organizationIdOf } from '@floopy/domain';
import { type DatabasePool, queriesOf, saveApiKey } from '@floopy/postgres';
import { createLogger, parseConfig, randomText, sha256, Shutdown } from '@floopy/runtime';
import { apiConfigSchema } from '../../apps/api/src/config';
import { startApi } from '../../apps/api/src/start-api';
import { testServers } from './servers';

export interface RunningApi {
  readonly url: string;
  /** What it has logged so far, one fact each. */
  readonly facts: readonly Readonly<Record<string, unknown>>[];
  stop(): Promise<void>;
}

export interface ApiOptions {
  readonly databaseUrl: string;
  /** Of usage, whose lag it shows. */
  readonly topic: string;
  readonly settings?: Readonly<Record<string, string>>;
}

/** The API itself, in this process, on a free port. */
export async function startTestApi(options: ApiOptions): Promise<RunningApi> {
  const facts: Record<string, unknown>[] = [];
  const log = createLogger({
    app: 'api',
    level: 'info',
    destination: { write: (line) => void facts.push(JSON.parse(line) as Record<string, unknown>) },
  });
  const parsed = parseConfig(apiConfigSchema, {
    DATABASE_URL: options.databaseUrl,
    KAFKA_BROKERS: testServers().kafkaBrokers.join(','),
    USAGE_TOPIC: options.topic,
    PORT: '0',
    ...options.settings,
  });
  if (parsed.type === 'faulty') throw new Error(parsed.message);
  const shutdown = new Shutdown({ log, exit: () => undefined });
  const { url } = await startApi(parsed.config, log, shutdown);
  return { url, facts, stop: () => shutdown.stop() };
}

/** An API key with these scopes, all of them when absent; an operator's when it names no organization. */
export async function createTestApiKey(
  pool: DatabasePool,
  organizationId: string | null,
  scopes: readonly ApiKeyScope[] = API_KEY_SCOPES,
): Promise<{ readonly keyId: string; readonly secret: string }> {
  const issued = await issueApiKey(
    { store: { saveApiKey: (key) => saveApiKey(queriesOf(pool), key) }, randomText, sha256 },
    { organizationId: organizationId === null ? null : organizationIdOf(organizationId), name: 'test', scopes },
  );
  if (issued.type === 'refused') throw new Error(`the key was refused: ${issued.code}`);
  return issued;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // Each test says what it expects of the body.
  // oxlint-disable-next-line typescript/no-explicit-any -- parsed JSON, whose fields every assertion names
  readonly body: any;
}

export interface Call {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; a text is sent as it is. */
  readonly body?: unknown;
}

/** Calls with one API key; `path` begins behind `/v1/organizations/`, or with a slash for any other route. */
export function apiCaller(url: string, secret: string | null): (path: string, call?: Call) => Promise<Answer> {
  return async (path, { method = 'GET', headers = {}, body } = {}) => {
    const response = await fetch(path.startsWith('/') ? `${url}${path}` : `${url}/v1/organizations/${path}`, {
      method,
      headers: {
        ...(secret === null ? {} : { authorization: `Bearer ${secret}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  };
}
