import type { BatchRecord } from '@floopy/application';
import type { Sha256 } from '@floopy/domain';

const DIGEST_HEX_LENGTH = 32;

/**
 * Recognises the record just before a partition's offset: a topic that was deleted and made anew has another one there.
 * The broker's append time is a part of it, so that the same events published anew are told apart too.
 */
export function recordDigest(
  { offset, appendedAt, raw }: Pick<BatchRecord, 'offset' | 'appendedAt' | 'raw'>,
  sha256: Sha256,
): string {
  const { value } = raw();
  const bytes = value === null ? '~' : Buffer.from(value).toString('base64');
  return sha256(`${offset} ${appendedAt} ${bytes}`).slice(0, DIGEST_HEX_LENGTH);
}
