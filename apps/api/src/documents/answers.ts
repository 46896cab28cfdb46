import { type JsonSchemaName, PROBLEM_MEDIA_TYPE, type ProblemCode, PROBLEMS } from '@floopy/contracts';
import { applyDecorators } from '@nestjs/common';
import { ApiBearerAuth, ApiParam, ApiResponse } from '@nestjs/swagger';

/** What every route of an organization may answer, beside its own. */
const USUAL_PROBLEMS: readonly ProblemCode[] = [
  'invalid_request',
  'unauthorized',
  'forbidden',
  'not_found',
  'rate_limited',
  'internal_error',
  'unavailable',
];

/** Documents what a route of an organization answers: a shape of the contract, and every way in which it may refuse. */
export function Answers(...answer: Parameters<typeof AnswersOperators>): MethodDecorator {
  return applyDecorators(
    ApiParam({ name: 'organization_id', description: '1 to 128 visible ASCII characters', example: 'org_acme' }),
    AnswersOperators(...answer),
  );
}

/** As `Answers`, for a route that is of no one organization. */
export function AnswersOperators(
  schema: JsonSchemaName,
  description: string,
  problems: readonly ProblemCode[] = [],
  status = 200,
): MethodDecorator {
  const codes = [...USUAL_PROBLEMS, ...problems];
  return applyDecorators(
    ApiBearerAuth(),
    ApiResponse({ status, description, content: { 'application/json': { schema: referenceTo(schema) } } }),
    ...codes.map((code) =>
      ApiResponse({
        status: PROBLEMS[code].status,
        description: `${PROBLEMS[code].title} (\`${code}\`)`,
        content: { [PROBLEM_MEDIA_TYPE]: { schema: referenceTo('problem') } },
      }),
    ),
  );
}

export function referenceTo(schema: JsonSchemaName): { $ref: string } {
  return { $ref: `#/components/schemas/${schema}` };
}
