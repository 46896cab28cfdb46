import type { Repetition, StoredEntry } from '@floopy/application';
import { isServed, type OrganizationId, type PostedUsage } from '@floopy/domain';

interface CountedRequest {
  firstServed: number | null;
  firstCounted: number | null;
  firstRepeated: number | null;
  timesCounted: number;
  /** Of the attempts that were posted before there were plans. */
  firstCountedUnplanned: number | null;
}

const NEVER: CountedRequest = {
  firstServed: null,
  firstCounted: null,
  firstRepeated: null,
  timesCounted: 0,
  firstCountedUnplanned: null,
};

/** Finds what is on one exported ledger more than once, or counted otherwise than it had to be. */
export class ExportRepetitions {
  private readonly identities = new Set<string>();
  private readonly repeated: Repetition[] = [];
  private readonly requests = new Map<string, CountedRequest>();

  constructor(private readonly organizationId: OrganizationId) {}

  remember({ event, identity }: StoredEntry): void {
    const { organizationId } = this;
    if (identity !== null && this.identities.has(identity)) {
      this.repeated.push({ type: 'identity', organizationId, position: event.sequence, times: 2 });
    }
    if (identity !== null) this.identities.add(identity);
    if (event.usage !== null) this.rememberRequest(event.sequence, event.usage);
  }

  private rememberRequest(sequence: number, { requestId, outcome, counted, plan }: PostedUsage): void {
    const request = this.requests.get(requestId) ?? { ...NEVER };
    this.requests.set(requestId, request);
    if (plan === null && isServed(outcome)) request.firstServed ??= sequence;
    if (plan?.standing === 'repeated') request.firstRepeated ??= sequence;
    if (!counted) return;
    request.firstCounted ??= sequence;
    if (plan === null) request.firstCountedUnplanned ??= sequence;
    request.timesCounted += 1;
  }

  async *found(): AsyncGenerator<Repetition> {
    yield* this.repeated;
    const { organizationId } = this;
    for (const [requestId, { firstCountedUnplanned, ...request }] of this.requests) {
      const { firstServed, firstCounted, firstRepeated, timesCounted } = request;
      const isBefore = firstRepeated === null || (firstCounted !== null && firstCounted < firstRepeated);
      if (timesCounted <= 1 && firstCountedUnplanned === firstServed && isBefore) continue;
      yield { type: 'request', organizationId, requestId, ...request };
    }
  }
}
