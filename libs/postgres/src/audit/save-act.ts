import type { OperatorAct } from '@floopy/application';
import { onlyRow, type Queries } from '../connection/queries';
import { storableJson, storableText } from '../connection/storable-text';

/** Writes down what an operator is about to do. @returns its number */
export async function saveAct(queries: Queries, act: OperatorAct): Promise<number> {
  const rows = await queries.query<{ act_number: string }>({
    name: 'save_act',
    text: `
      INSERT INTO operator_act (actor, account, channel, command, arguments, plan)
      VALUES ($1, $2, $3, $4, $5, $6)
      RETURNING act_number`,
    values: [
      storableText(act.actor),
      storableText(act.account),
      act.channel,
      storableText(act.command),
      storableJson(act.arguments),
      storableText(act.plan),
    ],
  });
  return Number(onlyRow(rows).act_number);
}
