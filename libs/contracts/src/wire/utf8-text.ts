/**
 * Decodes UTF-8 strictly, at the price of a lenient decoding: only a replacement character needs a second look.
 * @returns null for bytes that are no UTF-8
 */
export function utf8Text(bytes: Buffer): string | null {
  const text = bytes.toString('utf8');
  if (!text.includes('\uFFFD')) return text;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
