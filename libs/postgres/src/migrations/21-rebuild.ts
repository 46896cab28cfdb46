import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How far a rebuild of projections has come, so that an interrupted one goes on; and the rights to replace rows. */
export class Rebuild1780000000021 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE rebuild_run (
        rebuild_number    int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        projections       text[] NOT NULL,
        -- NULL for all of them.
        organization_key  int4 REFERENCES organization,
        begun_at          timestamptz NOT NULL DEFAULT clock_timestamp(),
        -- NULL while it runs, and when it was interrupted.
        ended_at          timestamptz
      );

      CREATE TABLE rebuild_progress (
        rebuild_number    int8 NOT NULL REFERENCES rebuild_run,
        organization_key  int4 NOT NULL REFERENCES organization,
        -- What was built from the first entries of a long ledger; NULL once it was compared.
        built             text,
        PRIMARY KEY (rebuild_number, organization_key)
      );

      GRANT SELECT, INSERT, UPDATE ON rebuild_run TO floopy_writer;
      GRANT SELECT, INSERT, UPDATE, DELETE ON rebuild_progress TO floopy_writer;
      GRANT DELETE ON monthly_usage, period_overage, carried_overage TO floopy_writer;
    `);
  }

  public async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      REVOKE DELETE ON monthly_usage, period_overage, carried_overage FROM floopy_writer;
      DROP TABLE rebuild_progress, rebuild_run;
    `);
  }
}
