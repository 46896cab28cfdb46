import { type AdmissionClient, createAdmissionClient } from './admission/admission-client';
import type { AdmissionOptions } from './admission/admission-options';
import type { UsageClientOptions } from './client-options';
import { createUsageClient, type UsageClient } from './usage-client';

export interface GatewayClientOptions extends UsageClientOptions {
  readonly admission: AdmissionOptions;
}

/** Asks before a request runs, and publishes what it used. */
export interface GatewayClient extends UsageClient, Pick<AdmissionClient, 'admit' | 'release'> {
  /** Records the usage of a request that was admitted: once that is charged, its hold is no more. The same as `record`. */
  settle: UsageClient['record'];
}

/** Opens no connection before it is used. @throws Error when the options cannot work. */
export function createGatewayClient({ admission, ...options }: GatewayClientOptions): GatewayClient {
  const usageClient = createUsageClient(options);
  const admissionClient = createAdmissionClient(admission, options.source);
  const record: UsageClient['record'] = (usage, attributes) => {
    const outcome = usageClient.record(usage, attributes);
    if (outcome.type !== 'accepted') return outcome;
    // Taken now: the object is the caller's, who may change it before it is delivered.
    const { organization_id, request_id, attempt_id } = usage;
    void outcome.delivered.then(({ type }) => {
      if (type === 'delivered') admissionClient.noteSettled({ organization_id, request_id, attempt_id });
    });
    return outcome;
  };
  return {
    admit: (input) => admissionClient.admit(input),
    release: (attempt) => admissionClient.release(attempt),
    record,
    settle: record,
    void: (mistake, attributes) => usageClient.void(mistake, attributes),
    flush: (wait) => usageClient.flush(wait),
    async close(wait) {
      const closed = await usageClient.close(wait);
      admissionClient.close();
      return closed;
    },
  };
}
