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

export type KnownHeld = Extract<HeldThen, { type: 'known' }>;

/** What is held for an organization, and what has leaked. */
export interface FoundHolds {
  readonly summary: HeldSummary;
  readonly holds: readonly Hold[];
  readonly leakedHolds: readonly Hold[];
}

/** Where a reading of the ledger ends, and what Postgres knew there of holds. */
interface LedgerPlace {
  readonly position: number;
  readonly journal: HoldTraces;
}

const MOST_READINGS = 3;

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
  async holdsOf(organizationId: OrganizationId, limit: number): Promise<FoundHolds | null> {
    const { ports } = this.parts;
    await bringOrganization(ports, organizationId);
    const now = ports.clock();
    const holds = await ports.store.list(organizationId, now, limit);
    const leakedHolds = await ports.store.listLeaked(organizationId, now, limit);
    const summary = await ports.store.summary(organizationId, now);
    return summary === null ? null : { summary, holds, leakedHolds };
  }

  /**
   * Reads the ledger together with what is held at its very position; null where nobody can say so. The ledger may move
   * between its reading and the store's: another reading then meets it.
   */
  async beside<Reading extends LedgerPlace>(
    organizationId: OrganizationId,
    read: () => Promise<Reading>,
  ): Promise<{ readonly reading: Reading; readonly held: KnownHeld | null }> {
    for (let readings = 1; ; readings += 1) {
      const reading = await read();
      const then = await this.heldAt(organizationId, reading);
      if (then.type === 'known') return { reading, held: then };
      if (then.type === 'unknown' || readings === MOST_READINGS) return { reading, held: null };
    }
  }

  /** As `heldAt`; a store that is away knows nothing, and takes no balance away with it. */
  private async heldAt(organizationId: OrganizationId, { position, journal }: LedgerPlace): Promise<HeldThen> {
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
