import { pause } from '@floopy/runtime';

/** How long a read waits for a position before it answers that it was not reached. */
export const POSITION_WAIT_MS = 5_000;
const POLL_MS = 40;

export type ReadPosition = (organizationKey: number) => Promise<number>;

interface Watch {
  waiters: number;
  next: Promise<number> | null;
}

/** Waits for positions. However many wait for one organization, the database is asked once for all of them. */
export class PositionWaiter {
  private readonly watches = new Map<number, Watch>();

  constructor(
    private readonly readPosition: ReadPosition,
    private readonly waitMs = POSITION_WAIT_MS,
  ) {}

  /** @returns whether the organization's stream has the position by now, or within the time. */
  async reaches(organizationKey: number, position: number): Promise<boolean> {
    const deadline = Date.now() + this.waitMs;
    const watch = this.watches.get(organizationKey) ?? { waiters: 0, next: null };
    this.watches.set(organizationKey, watch);
    watch.waiters += 1;
    try {
      if ((await this.readPosition(organizationKey)) >= position) return true;
      while (Date.now() < deadline) {
        watch.next ??= this.nextReading(organizationKey, watch);
        if ((await watch.next) >= position) return true;
      }
      return false;
    } finally {
      watch.waiters -= 1;
      if (watch.waiters === 0) this.watches.delete(organizationKey);
    }
  }

  private async nextReading(organizationKey: number, watch: Watch): Promise<number> {
    await pause(POLL_MS, NEVER);
    watch.next = null;
    return this.readPosition(organizationKey);
  }
}

/** The wait is bounded by itself. */
const NEVER = new AbortController().signal;
