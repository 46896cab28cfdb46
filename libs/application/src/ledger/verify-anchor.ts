import type { AnchoredHead, LedgerHash, OrganizationId } from '@floopy/domain';
import type { Mismatch } from './verify-mismatch';

/**
 * Holds every stream to where it ended when the anchor was made. A chain that was written anew from some entry on is
 * right in itself; only what was kept outside of the database knows that it was another one.
 */
export class AnchorVerification {
  private readonly unmet: Map<OrganizationId, AnchoredHead>;

  constructor(heads: readonly AnchoredHead[]) {
    this.unmet = new Map(heads.map((head) => [head.organizationId, head]));
  }

  /** What the anchor says of a stream that is there. */
  take(organizationId: OrganizationId): AnchoredStream {
    const head = this.unmet.get(organizationId) ?? null;
    this.unmet.delete(organizationId);
    return new AnchoredStream(head);
  }

  /** Organizations that were anchored and are not there any more. */
  *missing(): Generator<Mismatch> {
    for (const { organizationId, sequence } of this.unmet.values()) {
      const expected = `a stream of at least ${sequence} entries`;
      yield { kind: 'anchor', organizationId, expected, found: 'no such organization' };
    }
  }
}

/** One stream, held to its anchored head. */
export class AnchoredStream {
  /** The hash at the anchored position; null until it was passed. */
  private found: LedgerHash | null = null;

  constructor(private readonly head: AnchoredHead | null) {}

  pass(sequence: number, hash: LedgerHash): void {
    if (sequence === this.head?.sequence) this.found = hash;
  }

  /** @param position where the stream ends */
  *end(position: number): Generator<Mismatch> {
    const { head, found } = this;
    if (head === null || head.sequence === 0 || head.hash === found) return;
    const absent = position < head.sequence ? `an end at ${position}` : 'no readable entry';
    yield { kind: 'anchor', position: head.sequence, expected: head.hash, found: found ?? absent };
  }
}
