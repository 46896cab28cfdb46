import { adjustBalance, changeTerms } from '@floopy/application';
import { organizationIdOf, parseAmount, ZERO_AMOUNT } from '@floopy/domain';
import { createAdjustmentStore, createTermsStore } from '@floopy/postgres';
import { CLOCK_AND_HASH } from '../../support/seeded-database';
import { createDatabase } from '../stage/database';
import type { Stage } from '../stage/stage';
import { organizationIds } from '../workload/organizations';

export const CREDITED_TEMPLATE = 'admission_template';
/** Enough for every request of a run, by far: what is measured is how it is admitted, not how it is refused. */
const CREDIT = parseAmount('1000000000') ?? ZERO_AMOUNT;
const PLAN = 'enterprise';

/** Makes the database that every contender's is a clone of: all organizations with credits, on a plan with a large allowance. */
export async function createCreditedTemplate(stage: Stage): Promise<void> {
  const { pool } = await createDatabase(stage.databaseUrl, CREDITED_TEMPLATE);
  const onChanged = (): Promise<void> => Promise.resolve();
  for (const organizationId of organizationIds.map(organizationIdOf)) {
    await changeTerms(
      { store: createTermsStore(pool), ...CLOCK_AND_HASH, onChanged },
      {
        organizationId,
        change: { type: 'plan', planId: PLAN },
        effectiveAt: null,
        actor: 'operator',
        changedBy: 'bench',
      },
    );
    await adjustBalance(
      { store: createAdjustmentStore(pool), ...CLOCK_AND_HASH },
      { organizationId, amount: CREDIT, reason: 'bench', idempotencyKey: 'credit' },
    );
  }
  await pool.query('CREATE TABLE plain_balance AS SELECT organization_id, 1000000000::int8 AS cents FROM organization');
  await pool.query('ALTER TABLE plain_balance ADD PRIMARY KEY (organization_id)');
  await pool.query('VACUUM ANALYZE');
  await pool.end();
}
