import { z } from 'zod';
import { OBJECT_RULE } from '../wire/wire-schemas';
import type { WireFault } from '../wire/wire-fault';

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** Every way in which a request is refused: a stable code, its HTTP status, and a title that never changes. */
export const PROBLEMS = {
  invalid_request: { status: 400, title: 'The request is not valid' },
  unauthorized: { status: 401, title: 'The API key is missing or not known' },
  forbidden: { status: 403, title: 'The API key may not do this' },
  plan_required: { status: 403, title: 'The plan does not permit this' },
  organization_closed: { status: 403, title: 'The organization is closed' },
  not_found: { status: 404, title: 'There is no such thing' },
  idempotency_conflict: { status: 409, title: 'The idempotency key was used for another request' },
  already_exists: { status: 409, title: 'It exists already' },
  payload_too_large: { status: 413, title: 'The request body is too large' },
  unsupported_media_type: { status: 415, title: 'The request body is not JSON' },
  unprocessable: { status: 422, title: 'The request cannot be carried out' },
  rate_limited: { status: 429, title: 'Too many requests' },
  internal_error: { status: 500, title: 'The service failed' },
  unavailable: { status: 503, title: 'The service is not available' },
  position_not_reached: { status: 504, title: 'The position was not reached in time' },
} as const;

export type ProblemCode = keyof typeof PROBLEMS;

const PROBLEM_CODES = Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]];

/** RFC 9457, with a code for programs and every faulty field for people. */
export const problemSchema = z.object(
  {
    type: z.string(),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string(),
    code: z.enum(PROBLEM_CODES),
    errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
  },
  { error: OBJECT_RULE },
);

export type Problem = z.output<typeof problemSchema>;

/** @param errors the faulty fields, where there are any to name */
export function encodeProblem(code: ProblemCode, detail: string, errors: readonly WireFault[] = []): Problem {
  const { status, title } = PROBLEMS[code];
  const problem = { type: `urn:floopy:problem:${code}`, title, status, detail, code };
  return errors.length === 0 ? problem : { ...problem, errors: errors.map((error) => ({ ...error })) };
}
