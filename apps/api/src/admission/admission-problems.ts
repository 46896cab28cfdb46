import type { AdmitOutcome } from '@floopy/application';
import { encodeAdmissionRefusal, encodeProblem } from '@floopy/contracts';
import { formatInstant } from '@floopy/domain';
import { ProblemError, WrittenProblem } from '../problems/problem-error';

/** The one place in which a request that may not run becomes a problem. */
export function problemOfAdmission(outcome: Exclude<AdmitOutcome, { type: 'admitted' | 'repeated' }>): Error {
  switch (outcome.type) {
    case 'refused':
      return new WrittenProblem(encodeAdmissionRefusal(outcome.refusal, outcome.failurePolicy));
    case 'settled':
      return alreadySettled();
    case 'recovering':
      return new WrittenProblem(
        encodeProblem('admission_recovering', 'Holds may have been lost; until then nothing is admitted.', [], {
          reset_at: formatInstant(outcome.until),
        }),
      );
    case 'unavailable':
      return admissionUnavailable();
    case 'unknown_organization':
      return unknownOrganization();
  }
}

export function alreadySettled(): Error {
  return new ProblemError(
    'already_settled',
    'This attempt has run and was settled; another one needs an id of its own.',
  );
}

export function admissionUnavailable(): Error {
  return new ProblemError('admission_unavailable', 'This process may not decide now; ask again, here or elsewhere.');
}

/** In the same words to whoever may not see it, so that nobody learns which ones there are. */
export function unknownOrganization(): Error {
  const detail = 'There is no such organization, or the API key is not one of its own.';
  return new ProblemError('organization_not_found', detail);
}
