/** As long as a hold usually lives: who has not settled by then will not. */
export const EXPOSURE_REMEMBERED_MS = 600_000;

interface ExposedRequest {
  readonly amount: bigint;
  readonly passedAtMs: number;
  isSettled: boolean;
}

/** What one organization's requests may cost that were let pass without a hold, with a running sum. */
export class ExposedRequests {
  private readonly byAttempt = new Map<string, ExposedRequest>();
  private sum = 0n;

  /** In units of an amount. */
  get used(): bigint {
    return this.sum;
  }

  /** What costs nothing exposes nobody. */
  add(attempt: string, amount: bigint, passedAtMs: number): void {
    this.remove(attempt);
    if (amount === 0n) return;
    this.byAttempt.set(attempt, { amount, passedAtMs, isSettled: false });
    this.sum += amount;
  }

  /** @returns what it was, or null when it is not one of them. */
  remove(attempt: string): bigint | null {
    const request = this.byAttempt.get(attempt);
    if (request === undefined) return null;
    this.byAttempt.delete(attempt);
    this.sum -= request.amount;
    return request.amount;
  }

  /** Its usage was delivered: once admission answers again, the balance knows of it. */
  settle(attempt: string): void {
    const request = this.byAttempt.get(attempt);
    if (request !== undefined) request.isSettled = true;
  }

  /** Admission answers again: what was settled is in the balance. */
  forgetSettled(nowMs: number): void {
    for (const [attempt, { isSettled, passedAtMs }] of this.byAttempt) {
      if (isSettled || nowMs - passedAtMs > EXPOSURE_REMEMBERED_MS) this.remove(attempt);
    }
  }
}
