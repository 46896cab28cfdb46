import type { HoldKey } from '@floopy/domain';
import { z } from 'zod';
import { identifierSchema, OBJECT_RULE, oneOf } from '../wire/wire-schemas';

/** `DELETE /v1/admissions/{request_id}`. */
export const admissionReleaseViewSchema = z.object(
  {
    organization_id: identifierSchema,
    request_id: identifierSchema,
    attempt_id: identifierSchema.nullable(),
    /** `not_open`: nothing was held for it, or no longer. */
    outcome: oneOf(['released', 'not_open']),
  },
  { error: OBJECT_RULE },
);

export type AdmissionReleaseView = z.output<typeof admissionReleaseViewSchema>;

export function encodeAdmissionRelease(
  organizationId: string,
  { requestId, attemptId }: HoldKey,
  outcome: AdmissionReleaseView['outcome'],
): AdmissionReleaseView {
  return { organization_id: organizationId, request_id: requestId, attempt_id: attemptId, outcome };
}
