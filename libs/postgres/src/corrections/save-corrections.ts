import type { PostedCorrections } from '@floopy/application';
import type { LedgerEvent } from '@floopy/domain';
import type { Transaction } from '../connection/transaction';
import { appendLedgerEvents } from '../ledger/append-ledger-events';
import { internLabels, LabelMemory } from '../ledger/intern-labels';
import { type Label, LABEL_KIND } from '../ledger/label';
import { saveStreamHeads } from '../ledger/save-stream-heads';
import { addMonthlyUsage } from '../monthly-usage/add-monthly-usage';
import { addCarriedOverage } from '../overage/add-carried-overage';
import { addPeriodOverage } from '../overage/add-period-overage';
import type { PostingStream } from '../usage/open-streams';
import { projectBatch } from '../usage/project-batch';

/** Appends what was posted on a locked stream, and moves all that is written with a ledger: head, months, overage. */
export async function saveCorrections(
  transaction: Transaction,
  stream: PostingStream,
  { postings, count }: PostedCorrections,
): Promise<void> {
  const last = postings.at(-1);
  if (last === undefined) return;
  const { organizationKey } = stream;
  const events = postings.map(({ event }) => event);
  const labels = await internLabels(transaction, labelsOf(organizationKey, events), new LabelMemory());
  const rows = events.map((event) => ({ event, organizationKey, identity: null }));
  await appendLedgerEvents(transaction, rows, labels);
  await saveStreamHeads(transaction, [{ organizationKey, head: last.head, count: count ?? stream.posting.latest }]);
  const { months, overage, carried } = projectBatch(
    events.map((posted) => ({ posted })),
    () => stream,
  );
  await addMonthlyUsage(transaction, months);
  await addPeriodOverage(transaction, overage);
  await addCarriedOverage(transaction, carried);
}

/** They were interned with the charges that are corrected; here they are found. */
function labelsOf(organizationKey: number, events: readonly LedgerEvent[]): Omit<Label, 'labelKey'>[] {
  return events.flatMap(({ correction }) =>
    correction === null
      ? []
      : [correction.provider, correction.model, correction.teamId, correction.promptId].flatMap((value) =>
          value === null ? [] : [{ organizationKey, kind: LABEL_KIND.name, value }],
        ),
  );
}
