import type { MigrationInterface, QueryRunner } from 'typeorm';
import { BALANCES, REQUESTS_IN_ROWS } from './16-current-balances';

const REPLACED_BALANCES = BALANCES.replace('CREATE FUNCTION', 'CREATE OR REPLACE FUNCTION');

const REQUESTS_LEFT_IN_ROWS = `SELECT count(*) FILTER (WHERE counted) - count(*) FILTER (WHERE uncounted)
                                      FROM ledger_event
                                     WHERE organization_key = wanted AND (counted OR uncounted)`;

/** Corrections of charges: what their rows say, and that a charge is reversed once, whoever asks for it. */
export class Corrections1780000000019 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE ledger_event
        ADD COLUMN uncounted bool,
        ADD COLUMN reprice_plan int4,
        ADD COLUMN void_event_id text,
        DROP CONSTRAINT usage_is_posted_under_a_plan,
        -- A correction repeats what its charge says, and that may have been posted before there were plans.
        ADD CONSTRAINT usage_is_posted_under_a_plan
          CHECK (request_id IS NULL OR (plan_version IS NOT NULL AND standing IS NOT NULL) OR cause_kind > 2) NOT VALID;

      -- 3 is a reversal and 4 a reprice; their cause is the position of what they correct.
      CREATE UNIQUE INDEX ledger_event_reversal ON ledger_event (organization_key, cause_id) WHERE cause_kind = 3;
      CREATE UNIQUE INDEX ledger_event_reprice ON ledger_event (organization_key, cause_id, reprice_plan)
        WHERE cause_kind = 4;

      -- What is added may be less than nothing. A sum is never below zero, and verify says so; but a CHECK would look at what is
      -- added before it is added.
      ALTER TABLE monthly_usage DROP CONSTRAINT monthly_usage_requests_check;
      ALTER TABLE team_spend DROP CONSTRAINT team_spend_requests_check;
      ALTER TABLE hourly_spend DROP CONSTRAINT hourly_spend_requests_check;
      ALTER TABLE period_overage DROP CONSTRAINT period_overage_requests_check,
                                 DROP CONSTRAINT period_overage_late_requests_check,
                                 DROP CONSTRAINT period_overage_excess_requests_check;
      ALTER TABLE carried_overage DROP CONSTRAINT carried_overage_requests_check;
      ${REPLACED_BALANCES.replace(REQUESTS_IN_ROWS, REQUESTS_LEFT_IN_ROWS)}
    `);
  }

  public async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ${REPLACED_BALANCES}
      ALTER TABLE carried_overage ADD CHECK (requests > 0);
      ALTER TABLE period_overage ADD CHECK (requests >= 0), ADD CHECK (late_requests >= 0),
                                 ADD CHECK (excess_requests >= 0);
      ALTER TABLE hourly_spend ADD CHECK (requests >= 0);
      ALTER TABLE team_spend ADD CHECK (requests >= 0);
      ALTER TABLE monthly_usage ADD CHECK (requests >= 0);
      DROP INDEX ledger_event_reprice, ledger_event_reversal;
      ALTER TABLE ledger_event
        DROP CONSTRAINT usage_is_posted_under_a_plan,
        DROP COLUMN uncounted, DROP COLUMN reprice_plan, DROP COLUMN void_event_id,
        ADD CONSTRAINT usage_is_posted_under_a_plan
          CHECK (request_id IS NULL OR (plan_version IS NOT NULL AND standing IS NOT NULL)) NOT VALID;
    `);
  }
}
