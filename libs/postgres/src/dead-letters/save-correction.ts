import type { Correction, Operator } from '@floopy/application';
import type { Queries } from '../connection/queries';
import { storableText } from '../connection/storable-text';
import { bufferOf, storedHeaders } from './stored-record';

/** Keeps what is to be taken in the place of a letter's record, in its history. */
export async function saveCorrection(
  transaction: Queries,
  letterKey: number,
  { raw, isReissued }: Correction,
  { name, actNumber }: Operator,
): Promise<void> {
  await transaction.query({
    name: 'save_correction',
    text: `
      INSERT INTO dead_letter_step (dead_letter_key, kind, taken_by, act_number, record_key, record_value, record_headers,
                                    reissued)
      VALUES ($1, 'fixed', $2, $3, $4, $5, $6, $7)`,
    values: [
      letterKey,
      storableText(name),
      actNumber,
      bufferOf(raw.key),
      bufferOf(raw.value),
      storedHeaders(raw.headers),
      isReissued,
    ],
  });
}
