import type { Hold, HoldEnding, OrganizationId } from '@floopy/domain';

/** A hold as it is written down, so that a process that starts anew finds what another had promised. */
export interface JournaledHold {
  readonly organizationId: OrganizationId;
  readonly hold: Hold;
  /** The ledger position that it was decided on: what settles it comes after. */
  readonly position: number;
}

export interface HoldClosing {
  readonly organizationId: OrganizationId;
  readonly hold: Hold;
  readonly ending: HoldEnding;
}

/** `settled`: the attempt had been settled before anybody in this process remembers. */
export type JournalEntryFate = 'written' | 'settled';

/** Where one process, the only one that decides, writes its holds down. */
export interface HoldJournal {
  /**
   * Writes them all or none; they are durable when it answers. `fenced`: another process has taken over, and nothing
   * was written. An open hold under the same key is replaced.
   */
  write(holds: readonly JournaledHold[]): Promise<readonly JournalEntryFate[] | 'fenced'>;
  /** Notes how holds ended. What gets lost of it costs nobody a cent: such a hold ends at its expiry, or by the ledger. */
  close(closings: readonly HoldClosing[]): Promise<void>;
}
