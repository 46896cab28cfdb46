const BITS = 8;
/** So many sequence numbers share a page: half a kilobyte, for however few of them are met. */
export const ENTRIES_OF_A_PAGE = 4_096;

/** Remembers entries in one bit each: streams are gapless, so that few pages are kept for many entries. */
export class SeenEntries {
  private readonly streams = new Map<number, Map<number, Uint8Array>>();

  /** Notes an entry. @returns whether it was not noted before */
  add(organizationKey: number, sequence: number): boolean {
    const page = this.pageOf(organizationKey, Math.floor(sequence / ENTRIES_OF_A_PAGE));
    const place = sequence % ENTRIES_OF_A_PAGE;
    const [byte, bit] = [Math.floor(place / BITS), 1 << (place % BITS)];
    const before = page[byte] ?? 0;
    page[byte] = before | bit;
    return (before & bit) === 0;
  }

  has(organizationKey: number, sequence: number): boolean {
    const page = this.streams.get(organizationKey)?.get(Math.floor(sequence / ENTRIES_OF_A_PAGE));
    const place = sequence % ENTRIES_OF_A_PAGE;
    return ((page?.[Math.floor(place / BITS)] ?? 0) & (1 << (place % BITS))) !== 0;
  }

  private pageOf(organizationKey: number, number: number): Uint8Array {
    const pages = this.streams.get(organizationKey) ?? new Map<number, Uint8Array>();
    this.streams.set(organizationKey, pages);
    const page = pages.get(number) ?? new Uint8Array(ENTRIES_OF_A_PAGE / BITS);
    pages.set(number, page);
    return page;
  }
}
