import type { RecordedChange } from '@floopy/domain';
import { onlyRow } from '../connection/queries';
import { timestampOf } from '../connection/timestamp';
import type { Transaction } from '../connection/transaction';
import { writeChangeContent } from './change-content';
import { changeKindCodes } from './terms-codes';

/**
 * Appends a change and names it in the head, in one statement: there is never one without the other. The caller holds the
 * head's lock, and decided on every change before it; a number that does not follow the head's fails the transaction.
 */
export async function appendChange(
  transaction: Transaction,
  organizationKey: number,
  recorded: RecordedChange,
): Promise<void> {
  const { change, number } = recorded;
  const rows = await transaction.query<{ terms_version: number }>({
    name: 'append_change',
    text: `
      WITH appended AS (
        INSERT INTO organization_change
          (organization_key, change_number, kind, position, recorded_at, effective_at, changed_by, content)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        RETURNING organization_key, change_number
      )
      UPDATE organization_head AS head
         SET terms_version = appended.change_number
        FROM appended
       WHERE head.organization_key = appended.organization_key AND head.terms_version = appended.change_number - 1
      RETURNING terms_version`,
    values: [
      organizationKey,
      number,
      changeKindCodes.codeOf(change.type),
      recorded.position,
      timestampOf(recorded.recordedAt),
      timestampOf(recorded.effectiveAt),
      recorded.changedBy,
      writeChangeContent(change),
    ],
  });
  onlyRow(rows);
}
