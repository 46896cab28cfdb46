/** In UTF-16 code units. */
export const LONGEST_REASON = 500;

export const REASON_RULE = `must be a text of 1 to ${LONGEST_REASON} characters without control characters`;

/** Something to read, and nothing that a store cannot keep as it is. */
export const READABLE = /^(?=.*\S)[^\u0000-\u001f\u007f\ud800-\udfff]*$/u;

/** Whether a text may stand on a ledger as the reason of an entry. */
export function isPlainReason(text: string): boolean {
  return text.length <= LONGEST_REASON && READABLE.test(text);
}
