import rateLimit from '@fastify/rate-limit';
import { type Metrics, nestLogger, randomText } from '@floopy/runtime';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import type { ApiKeyMemory } from '../access/api-key-memory';
import { apiKeyHashOf } from '../access/bearer-token';
import { ApiModule, type ApiParts } from '../api.module';
import { openApiDocument } from '../documents/open-api';
import { ProblemFilter, type RefusedRequest, type RefusingReply } from '../problems/problem.filter';
import { ProblemError } from '../problems/problem-error';
import type { AnsweredReply, IncomingRequest, SecuredReply } from './api-request';
import { securityHeaders } from './security-headers';

/** A body of ours is an amount and a sentence. */
export const MAX_BODY_BYTES = 16_384;
/** Ids have up to 128 characters, each of which may be URL-encoded as three. */
const MAX_PARAMETER_LENGTH = 3 * 128;
/** Callers that are counted at once; past it the ones that were quiet longest are forgotten. */
const MAX_COUNTED_CALLERS = 10_000;
const PROCESS_ID_BYTES = 6;
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** The only pages that there are. */
const DOCUMENTATION = '/docs';
/** What is asked for by machines that watch over us, and must not be refused for being asked often. */
const UNCOUNTED = new Set(['/healthz', '/readyz', '/metrics']);

export interface ServerLimits {
  readonly requestsPerSecond: number;
  /** What these say of where a request comes from is believed; of everybody else it is ignored. */
  readonly trustedProxies: readonly string[];
}

/** Builds the HTTP server with all its routes; it does not listen yet. */
export async function createServer(
  parts: ApiParts,
  { requestsPerSecond, trustedProxies }: ServerLimits,
): Promise<NestFastifyApplication> {
  const problems = new ProblemFilter(parts.log);
  const adapter = new FastifyAdapter({
    bodyLimit: MAX_BODY_BYTES,
    // The server's type of a reply wants to know the route, which there is none of here.
    frameworkErrors: (error: unknown, request: RefusedRequest, reply: unknown) =>
      problems.answer(error, request, reply as RefusingReply),
    genReqId: requestIds(),
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    routerOptions: { maxParamLength: MAX_PARAMETER_LENGTH },
  });
  const app = await NestFactory.create<NestFastifyApplication>(ApiModule.over(parts, problems), adapter, {
    logger: await nestLogger(parts.log),
    abortOnError: false,
    // The server's own parser reads JSON; it is the only thing that is read.
    bodyParser: false,
  });
  adapter.getInstance().removeContentTypeParser('text/plain');
  await secure(app);
  await app.register(rateLimit, {
    max: requestsPerSecond,
    timeWindow: 1_000,
    cache: MAX_COUNTED_CALLERS,
    allowList: (request: IncomingRequest) => UNCOUNTED.has(request.routeOptions.url ?? ''),
    keyGenerator: (request: IncomingRequest) => callerOf(request, parts.keys),
    errorResponseBuilder: (_: IncomingRequest, { max }: { max: number }) =>
      new ProblemError('rate_limited', `At most ${max} requests per second; see retry-after.`),
  });
  measure(app, parts.metrics);
  SwaggerModule.setup(DOCUMENTATION, app, () => openApiDocument(app), {
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
  });
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  return app;
}

async function secure(app: NestFastifyApplication): Promise<void> {
  const { page, answer } = await securityHeaders();
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', (request: IncomingRequest, reply: SecuredReply, done: () => void) => {
      reply.headers(request.routeOptions.url?.startsWith(DOCUMENTATION) === true ? page : answer);
      done();
    });
}

/** Ids that no other process gives: a random beginning, and a number that counts up. */
function requestIds(): () => string {
  const process = randomText(PROCESS_ID_BYTES);
  let requests = 0;
  return () => `${process}-${(requests += 1)}`;
}

/** A key that is known is counted by itself; whatever else comes is counted by its address, so that guessing is too. */
function callerOf(request: IncomingRequest, keys: ApiKeyMemory): string {
  const keyHash = apiKeyHashOf(request);
  const keyId = keyHash === null ? undefined : keys.rememberedId(keyHash);
  return keyId === undefined ? `address ${request.ip}` : `key ${keyId}`;
}

function measure(app: NestFastifyApplication, metrics: Metrics): void {
  const seconds = metrics.histogram('floopy_api_request_seconds', 'Time to answer a request.', SECONDS, [
    'method',
    'route',
    'status',
  ]);
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onResponse', (request: IncomingRequest, reply: AnsweredReply, done: () => void) => {
      const route = request.routeOptions.url ?? 'none';
      seconds.observe({ method: request.method, route, status: String(reply.statusCode) }, reply.elapsedTime / 1_000);
      done();
    });
}
