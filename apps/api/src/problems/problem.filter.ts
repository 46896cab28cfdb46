import { encodeProblem, type Problem, PROBLEM_MEDIA_TYPE, type ProblemCode, PROBLEMS } from '@floopy/contracts';
import { isUnavailable } from '@floopy/postgres';
import { RedisUnavailable } from '@floopy/redis';
import { type Log, systemClock } from '@floopy/runtime';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { ApiReply, ApiRequest } from '../http/api-request';
import { ProblemError, WrittenProblem } from './problem-error';

/** A caller that is told to come back does so after this time. */
export const RETRY_AFTER_SECONDS = 1;

export type RefusedRequest = Pick<ApiRequest, 'id' | 'method'> & { readonly routeOptions?: ApiRequest['routeOptions'] };

export interface RefusingReply {
  code(status: number): RefusingReply;
  header(name: string, value: string): RefusingReply;
  send(body: string): unknown;
}

/** Every refusal and failure becomes problem+json here, and nowhere else. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly log: Log) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(error, http.getRequest<ApiRequest>(), http.getResponse<ApiReply>());
  }

  /** Also for what the server refuses before it has found a route. */
  answer(error: unknown, request: RefusedRequest, reply: RefusingReply): void {
    const problem = problemOf(error, request);
    if (problem.status >= 500 && !ANSWERS.has(problem.code)) {
      const { method, id: requestId, routeOptions } = request;
      this.log.error({ error, code: problem.code, method, route: routeOptions?.url, requestId }, 'request_failed');
    }
    if (problem.code === 'unauthorized') reply.header('www-authenticate', 'Bearer');
    const retryAfter = retryAfterSecondsOf(problem);
    if (retryAfter !== null) reply.header('retry-after', String(retryAfter));
    reply.code(problem.status).header('content-type', PROBLEM_MEDIA_TYPE).send(JSON.stringify(problem));
  }
}

/** Refusals of good order, though they look like failures: they are counted, and fill no log. */
const ANSWERS: ReadonlySet<ProblemCode> = new Set([
  'position_not_reached',
  'admission_recovering',
  'admission_unavailable',
]);

const SOON: ReadonlySet<ProblemCode> = new Set(['unavailable', 'admission_unavailable']);

/** When it is worth while to come back; null where the answer would be the same, or nobody knows. */
function retryAfterSecondsOf({ code, reset_at: resetAt }: Problem): number | null {
  if (SOON.has(code)) return RETRY_AFTER_SECONDS;
  if (resetAt === undefined) return null;
  return Math.max(RETRY_AFTER_SECONDS, Math.ceil((Date.parse(resetAt) - systemClock()) / 1_000));
}

function problemOf(error: unknown, request: RefusedRequest): Problem {
  if (error instanceof ProblemError) return encodeProblem(error.code, error.message, error.faults);
  if (error instanceof WrittenProblem) return error.problem;
  if (error instanceof RedisUnavailable) {
    return encodeProblem('admission_unavailable', 'The store of holds cannot answer now; try again.');
  }
  if (isUnavailable(error)) return encodeProblem('unavailable', 'The database cannot answer now; try again.');
  const status = statusOf(error);
  const code = CODES_BY_STATUS.get(status);
  if (code === undefined || status >= 500) {
    return encodeProblem('internal_error', `The service failed; it has noted this as request ${request.id}.`);
  }
  return encodeProblem(code, DETAILS[code] ?? PROBLEMS[code].title);
}

/** What the HTTP server and the framework refuse by themselves carries its status. */
function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  if (typeof error !== 'object' || error === null) return 500;
  return 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500;
}

/** What the server and the framework mean by a status is the first problem that has it; the others are ours to say. */
const CODES_BY_STATUS: ReadonlyMap<number, ProblemCode> = new Map(
  (Object.keys(PROBLEMS) as ProblemCode[])
    .filter((code) => code !== 'position_not_reached')
    .toReversed()
    .map((code) => [PROBLEMS[code].status, code]),
);

const DETAILS: Partial<Readonly<Record<ProblemCode, string>>> = {
  invalid_request: 'The request could not be read: its body is not valid JSON, or its path or headers are malformed.',
  not_found: 'There is no such route.',
  payload_too_large: 'The request body is larger than this service accepts.',
  unsupported_media_type: 'The request body must be application/json.',
};
