import type { ActOutcome } from '@floopy/application';
import type { Queries } from '../connection/queries';
import { storableText } from '../connection/storable-text';

/** Writes down what came of an act, once. */
export async function saveActOutcome(queries: Queries, actNumber: number, { type, detail }: ActOutcome): Promise<void> {
  await queries.query({
    name: 'save_act_outcome',
    text: 'INSERT INTO operator_act_outcome (act_number, outcome, detail) VALUES ($1, $2, $3)',
    values: [actNumber, type, storableText(detail)],
  });
}
