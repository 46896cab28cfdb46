import { z } from 'zod';
import type { WireFault } from '../wire/wire-fault';
import { amountSchema, instantSchema, OBJECT_RULE, wholeNumberSchema } from '../wire/wire-schemas';
import { failurePolicySchema } from './failure-policy';

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** Every way in which a request is refused: a stable code, its HTTP status, and a title that never changes. */
export const PROBLEMS = {
  invalid_request: { status: 400, title: 'The request is not valid' },
  unauthorized: { status: 401, title: 'The API key is missing or not known' },
  insufficient_credits: { status: 402, title: 'The credits do not cover this' },
  forbidden: { status: 403, title: 'The API key may not do this' },
  plan_required: { status: 403, title: 'The plan does not permit this' },
  organization_suspended: { status: 403, title: 'The organization is suspended' },
  organization_closed: { status: 403, title: 'The organization is closed' },
  not_found: { status: 404, title: 'There is no such thing' },
  organization_not_found: { status: 404, title: 'There is no such organization' },
  idempotency_conflict: { status: 409, title: 'The idempotency key was used for another request' },
  already_exists: { status: 409, title: 'It exists already' },
  already_resolved: { status: 409, title: 'The dead letter was resolved before' },
  already_reversed: { status: 409, title: 'The charge was reversed before' },
  already_settled: { status: 409, title: 'The request has run and was settled' },
  payload_too_large: { status: 413, title: 'The request body is too large' },
  unsupported_media_type: { status: 415, title: 'The request body is not JSON' },
  unprocessable: { status: 422, title: 'The request cannot be carried out' },
  unpriced_model: { status: 422, title: 'The model has no rate' },
  rate_limited: { status: 429, title: 'Too many requests' },
  monthly_limit_reached: { status: 429, title: 'The requests of the billing period are used up' },
  team_budget_reached: { status: 429, title: 'The budget of the team is used up' },
  internal_error: { status: 500, title: 'The service failed' },
  unavailable: { status: 503, title: 'The service is not available' },
  admission_recovering: { status: 503, title: 'Admission cannot prove yet what is held' },
  admission_unavailable: { status: 503, title: 'Admission is not available' },
  position_not_reached: { status: 504, title: 'The position was not reached in time' },
} as const;

export type ProblemCode = keyof typeof PROBLEMS;

const PROBLEM_CODES = Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]];

/** In the words of the limit: requests as a whole number, money in cents with 10 decimals. */
const figureSchema = z.union([wholeNumberSchema, amountSchema]);

/** What stands in the way of a request, where the code alone does not say it. */
const particularFields = {
  limit: figureSchema.optional(),
  used: figureSchema.optional(),
  /** By open holds, until they are settled, released, or expire. */
  held: figureSchema.optional(),
  /** The most that the request may cost. */
  needed: amountSchema.optional(),
  /** When the limit begins anew. */
  reset_at: instantSchema.optional(),
  /** What the plan lacks. */
  feature: z.string().optional(),
  /** What has no rate. */
  provider: z.string().optional(),
  model: z.string().optional(),
  /** As the plan has it, also where admission refuses. */
  failure_policy: failurePolicySchema.optional(),
};

/** RFC 9457, with a code for programs and every faulty field for people. */
export const problemSchema = z.object(
  {
    ...particularFields,
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
export type ProblemParticulars = Pick<Problem, keyof typeof particularFields>;

/** @param errors the faulty fields, where there are any to name */
export function encodeProblem(
  code: ProblemCode,
  detail: string,
  errors: readonly WireFault[] = [],
  particulars: ProblemParticulars = {},
): Problem {
  const { status, title } = PROBLEMS[code];
  const problem = { type: `urn:floopy:problem:${code}`, title, status, detail, code, ...particulars };
  return errors.length === 0 ? problem : { ...problem, errors: errors.map((error) => ({ ...error })) };
}
