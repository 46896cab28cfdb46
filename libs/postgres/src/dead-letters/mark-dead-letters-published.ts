import type { KeptDeadLetter } from '@floopy/application';
import { int8Array } from '../connection/binary-array';
import type { Queries } from '../connection/queries';

/** Notes that the topic has heard of these parked records. */
export async function markDeadLettersPublished(
  transaction: Queries,
  deadLetters: readonly Pick<KeptDeadLetter, 'deadLetterKey'>[],
): Promise<void> {
  if (deadLetters.length === 0) return;
  await transaction.query({
    name: 'mark_dead_letters_published',
    text: 'UPDATE dead_letter SET published_at = clock_timestamp() WHERE dead_letter_key = ANY ($1::int8[])',
    values: [int8Array(deadLetters.map(({ deadLetterKey }) => deadLetterKey))],
  });
}
