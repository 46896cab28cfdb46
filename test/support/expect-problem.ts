import { PROBLEM_MEDIA_TYPE, type ProblemCode, PROBLEMS, problemSchema } from '@floopy/contracts';
import type { Answer } from './running-api';

/** Expects a refusal with this code, in the shape and with the status that the contract gives it. */
export function expectProblem(answer: Answer, code: ProblemCode): void {
  const { status, title } = PROBLEMS[code];
  expect([answer.status, answer.body.code]).toEqual([status, code]);
  expect(answer.headers.get('content-type')).toContain(PROBLEM_MEDIA_TYPE);
  expect(problemSchema.parse(answer.body)).toMatchObject({ status, title });
}
