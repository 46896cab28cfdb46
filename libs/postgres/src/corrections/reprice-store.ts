import type { ApplyRepricePorts, RepriceProgress, RepriceReads, RepriceStep } from '@floopy/application';
import { assert, formatAmount, instantOfMilliseconds, type OrganizationId } from '@floopy/domain';
import type { DatabasePool } from '../connection/pool';
import { onlyRow, type Queries, queriesOf } from '../connection/queries';
import { timestampOf } from '../connection/timestamp';
import { inTransaction } from '../connection/transaction';
import { LabelTextMemory } from '../ledger/read-label-texts';
import { readStreamEnd } from '../ledger/read-stream-end';
import { findOrganizationKey } from '../organization/find-organization-key';
import { listOrganizations } from '../organization/list-organizations';
import { readRateCards } from '../pricing/read-rate-cards';
import { readRateOverrides } from '../pricing/read-rate-overrides';
import { correctionTransaction } from './correction-store';
import { readCharges } from './read-charges';

/** What planning a reprice reads. Nothing of it ever changes, so that no snapshot is held meanwhile. */
export function createRepriceReads(pool: DatabasePool): RepriceReads {
  const queries = queriesOf(pool);
  const memory = new LabelTextMemory();
  const keyOf = async (organizationId: OrganizationId): Promise<number> => {
    const key = await findOrganizationKey(queries, organizationId);
    assert(key !== null, 'organizations that are listed are there');
    return key;
  };
  return {
    readPrices: async () => ({ cards: await readRateCards(queries), overrides: await readRateOverrides(queries) }),
    listOrganizations: async () => (await listOrganizations(queries)).map(({ organization }) => organization.id),
    readEnd: async (organizationId) => (await readStreamEnd(queries, await keyOf(organizationId))).position,
    readCharges: async (organizationId, stretch) =>
      readCharges(queries, { organizationKey: await keyOf(organizationId), organizationId }, stretch, memory),
  };
}

/** The store behind `applyReprice`, over the writer's pool. */
export function createRepriceStore(pool: DatabasePool): ApplyRepricePorts['store'] {
  const memory = new LabelTextMemory();
  return {
    inTransaction: (work) =>
      inTransaction(pool, (transaction) => {
        const { lockedStream, ...correcting } = correctionTransaction(transaction);
        return work({
          ...correcting,
          lockProgress: (plan) => lockProgress(transaction, plan, lockedStream().organizationKey),
          readCharges: (stretch) => {
            const { organizationKey, head } = lockedStream();
            const organization = { organizationKey, organizationId: head.organizationId };
            return readCharges(transaction, organization, stretch, memory);
          },
          saveStep: (plan, step) => saveStep(transaction, plan, lockedStream().organizationKey, step),
        });
      }),
  };
}

interface ProgressRow {
  readonly through: string;
  readonly done_occurred_at: Date | null;
  readonly done_sequence: string | null;
  readonly is_finished: boolean;
}

async function lockProgress(queries: Queries, plan: number, organizationKey: number): Promise<RepriceProgress> {
  const rows = await queries.query<ProgressRow>({
    name: 'lock_reprice_part',
    text: `
      SELECT through, done_occurred_at, done_sequence, finished_at IS NOT NULL AS is_finished
        FROM reprice_part
       WHERE reprice_plan = $1 AND organization_key = $2
         FOR UPDATE`,
    values: [plan, organizationKey],
  });
  const { through, done_occurred_at: at, done_sequence: sequence, is_finished: isFinished } = onlyRow(rows);
  const after = at === null ? null : { occurredAt: instantOfMilliseconds(at.getTime()), sequence: Number(sequence) };
  return { through: Number(through), after, isFinished };
}

async function saveStep(
  queries: Queries,
  plan: number,
  organizationKey: number,
  { after, isFinished, posted, credited }: RepriceStep,
): Promise<void> {
  await queries.query({
    name: 'save_reprice_step',
    text: `
      UPDATE reprice_part
         SET done_occurred_at = $3, done_sequence = $4, posted = posted + $5, credited = credited + $6::numeric,
             finished_at = CASE WHEN $7 THEN now() END
       WHERE reprice_plan = $1 AND organization_key = $2`,
    values: [
      plan,
      organizationKey,
      after === null ? null : timestampOf(after.occurredAt),
      after?.sequence ?? null,
      posted,
      formatAmount(credited),
      isFinished,
    ],
  });
}
