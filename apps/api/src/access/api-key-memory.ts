import type { ApiKeyGrant } from '@floopy/postgres';

/** More keys than that in use within a few seconds, and the oldest are asked for again. */
export const MAX_REMEMBERED_KEYS = 10_000;

interface Remembered {
  readonly grant: Promise<ApiKeyGrant | null>;
  readonly until: number;
  settled: ApiKeyGrant | null;
}

/**
 * Remembers for a few seconds what API keys may do, so that a read does not cost a second one. A key that was revoked
 * is refused once that time is over; a key that is not known is never remembered, so that a new one works at once.
 */
export class ApiKeyMemory {
  private readonly keys = new Map<string, Remembered>();

  constructor(
    private readonly find: (keyHash: string) => Promise<ApiKeyGrant | null>,
    private readonly rememberMs: number,
    private readonly clock: () => number,
  ) {}

  /** What a key may do; null when it is not known, or was revoked. Requests that come together share one question. */
  async grantOf(keyHash: string): Promise<ApiKeyGrant | null> {
    const known = this.keys.get(keyHash);
    if (known !== undefined && known.until > this.clock()) return known.grant;
    const asked: Remembered = { grant: this.find(keyHash), until: this.clock() + this.rememberMs, settled: null };
    this.keys.delete(keyHash);
    this.keys.set(keyHash, asked);
    this.forgetOldest();
    try {
      asked.settled = await asked.grant;
    } finally {
      if (asked.settled === null && this.keys.get(keyHash) === asked) this.keys.delete(keyHash);
    }
    return asked.settled;
  }

  /** The id of a key that was found a moment ago; undefined for any other, without asking. */
  rememberedId(keyHash: string): string | undefined {
    return this.keys.get(keyHash)?.settled?.keyId;
  }

  private forgetOldest(): void {
    if (this.keys.size <= MAX_REMEMBERED_KEYS) return;
    const [oldest] = this.keys.keys();
    if (oldest !== undefined) this.keys.delete(oldest);
  }
}
