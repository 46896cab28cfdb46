import { decodeAdmissionBody } from '@floopy/contracts';
import { type AdmissionOptions, admissionSettingsOf } from './admission-options';
import type { AdmissionInput, AdmitOutcome, AttemptName, ReleaseOutcome } from './admission-outcomes';
import { createExchange } from './exchange';
import { readAdmission } from './read-answer';
import { readRelease } from './read-release';
import { UnaskedRequests } from './unasked-requests';

/** Asks whether requests may run. Nothing that the network or the API does is thrown. */
export interface AdmissionClient {
  /** Asked again for the same attempt while it is open, the same hold is the answer. */
  admit(input: AdmissionInput): Promise<AdmitOutcome>;
  /** Gives back what is held for a request that will not run. */
  release(attempt: AttemptName): Promise<ReleaseOutcome>;
  /** Its usage was delivered. */
  noteSettled(attempt: AttemptName): void;
  close(): void;
}

const PATH = '/v1/admissions';

/** @throws Error when the options cannot work. */
export function createAdmissionClient(options: AdmissionOptions, source: string): AdmissionClient {
  const settings = admissionSettingsOf(options);
  const exchange = createExchange(settings);
  const unasked = new UnaskedRequests(() => performance.now());
  return {
    async admit(input) {
      const body = { ...input, source };
      const judged = decodeAdmissionBody(body);
      if (judged.type === 'rejected') {
        return {
          type: 'rejected',
          code: 'invalid_request',
          detail: 'The request is not valid.',
          faults: judged.faults,
        };
      }
      const read = readAdmission(await exchange.ask('POST', PATH, JSON.stringify(body)));
      if (read.type === 'decided') {
        const { outcome, policy } = read;
        unasked.learn(input, policy, outcome.type === 'admitted' ? outcome.hold.amount : null);
        return outcome;
      }
      const outcome = unasked.decide(input, read);
      queueMicrotask(() => settings.onUnasked({ attempt: nameOf(input), outcome }));
      return outcome;
    },
    async release(attempt) {
      const passed = unasked.release(attempt);
      const outcome = readRelease(await exchange.ask('DELETE', pathOf(attempt)));
      // What passed unasked was never held, so that the API not knowing it is what was wanted.
      return passed && outcome.type === 'not_open' ? { type: 'released' } : outcome;
    },
    noteSettled: (attempt) => unasked.settle(attempt),
    close: () => exchange.close(),
  };
}

function nameOf({ organization_id, request_id, attempt_id }: AttemptName): AttemptName {
  return { organization_id, request_id, ...(attempt_id === undefined ? {} : { attempt_id }) };
}

function pathOf({ organization_id, request_id, attempt_id }: AttemptName): string {
  const query = new URLSearchParams({ organization_id, ...(attempt_id === undefined ? {} : { attempt_id }) });
  return `${PATH}/${encodeURIComponent(request_id)}?${query.toString()}`;
}
