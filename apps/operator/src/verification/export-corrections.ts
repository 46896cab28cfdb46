import type { StoredCorrections } from '@floopy/application';
import { correctedSequence, type LedgerEvent, type OrganizationId } from '@floopy/domain';

/**
 * Finds what was corrected on one exported ledger. A correction comes after its charge, so the charges are looked for when all
 * corrections are known, in a second reading; nothing but corrections and their charges is remembered.
 */
export class ExportCorrections {
  private readonly corrections = new Map<number, LedgerEvent[]>();

  /** @param readAgain every entry that can be read, in order */
  constructor(
    private readonly organizationId: OrganizationId,
    private readonly readAgain: () => AsyncIterable<LedgerEvent>,
  ) {}

  remember(event: LedgerEvent): void {
    const sequence = correctedSequence(event);
    if (sequence === null) return;
    const known = this.corrections.get(sequence);
    if (known === undefined) this.corrections.set(sequence, [event]);
    else known.push(event);
  }

  async *found(): AsyncGenerator<StoredCorrections> {
    if (this.corrections.size === 0) return;
    const entries = new Map<number, LedgerEvent>();
    for await (const event of this.readAgain())
      if (this.corrections.has(event.sequence)) entries.set(event.sequence, event);
    for (const [sequence, corrections] of this.corrections) {
      yield { organizationId: this.organizationId, sequence, entry: entries.get(sequence) ?? null, corrections };
    }
  }
}
