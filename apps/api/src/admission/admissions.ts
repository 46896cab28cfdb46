import {
  admitRequest,
  type AdmitOutcome,
  type AdmitPorts,
  bringOrganization,
  heldAt,
  type HeldSummary,
  type HeldThen,
  type ReleaseAnswer,
  releaseHold,
} from '@floopy/application';
import type { AdmissionRequest, Hold, HoldKey, OrganizationId } from '@floopy/domain';
import type { HoldTraces } from '@floopy/postgres';
import { RedisUnavailable } from '@floopy/redis';
import type { Log } from '@floopy/runtime';
import type { AdmissionMetrics } from './admission-metrics';

export interface AdmissionParts {
  readonly ports: AdmitPorts;
  readonly holdsNothing: (journal: HoldTraces) => boolean;
  readonly metrics: AdmissionMetrics;
  readonly log: Log;
}

/** Admission for the controllers, over whichever store the settings name. */
export class Admissions {
  constructor(private readonly parts: AdmissionParts) {}

  async admit(request: AdmissionRequest): Promise<AdmitOutcome> {
    const outcome = await admitRequest(this.parts.ports, request);
    this.parts.metrics.noteDecision(outcome.type === 'refused' ? outcome.refusal.code : outcome.type);
    return outcome;
  }

  release(organizationId: OrganizationId, key: HoldKey): Promise<ReleaseAnswer | 'unknown_organization'> {
    return releaseHold(this.parts.ports, organizationId, key);
  }

  /** @returns null when this process may not hold, and so cannot say. */
  async holdsOf(
    organizationId: OrganizationId,
    limit: number,
  ): Promise<{ readonly summary: HeldSummary; readonly holds: readonly Hold[] } | null> {
    const { ports } = this.parts;
    await bringOrganization(ports, organizationId);
    const now = ports.clock();
    const holds = await ports.store.list(organizationId, now, limit);
    const summary = await ports.store.summary(organizationId, now);
    return summary === null ? null : { summary, holds };
  }

  /** As `heldAt`; a store that is away knows nothing, and takes no balance away with it. */
  async heldAt(organizationId: OrganizationId, position: number, journal: HoldTraces): Promise<HeldThen> {
    const { ports, holdsNothing } = this.parts;
    try {
      return await heldAt(ports, organizationId, { position, holdsNothing: holdsNothing(journal) });
    } catch (error) {
      if (error instanceof RedisUnavailable) return { type: 'unknown' };
      throw error;
    }
  }

  /**
   * Terms have changed: the next decision is made under them. It is committed by now, so that a store which cannot be told
   * is no failure of the change: nobody decides there either, and the follower tells it.
   */
  async noteTerms(organizationId: OrganizationId, termsVersion: number): Promise<void> {
    const { ports, log } = this.parts;
    ports.terms.forget(organizationId);
    try {
      await ports.store.noteTerms(organizationId, termsVersion);
    } catch (error) {
      log.warn({ error, organizationId, termsVersion }, 'terms_not_noted');
    }
  }
}
