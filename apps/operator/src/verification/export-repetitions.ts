import type { Repetition, StoredEntry } from '@floopy/application';
import { isServed, type OrganizationId } from '@floopy/domain';

interface CountedRequest {
  firstServed: number | null;
  firstCounted: number | null;
  timesCounted: number;
}

/** Finds what is on one exported ledger more than once, or counted otherwise than at its first served attempt. */
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
    if (event.usage === null) return;
    const { requestId, outcome, counted } = event.usage;
    const request = this.requests.get(requestId) ?? { firstServed: null, firstCounted: null, timesCounted: 0 };
    this.requests.set(requestId, request);
    if (isServed(outcome)) request.firstServed ??= event.sequence;
    if (!counted) return;
    request.firstCounted ??= event.sequence;
    request.timesCounted += 1;
  }

  async *found(): AsyncGenerator<Repetition> {
    yield* this.repeated;
    for (const [requestId, request] of this.requests) {
      const { firstServed, firstCounted, timesCounted } = request;
      if (timesCounted <= 1 && firstCounted === firstServed) continue;
      yield { type: 'request', organizationId: this.organizationId, requestId, ...request };
    }
  }
}
