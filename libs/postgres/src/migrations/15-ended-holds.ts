import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Ended holds are found by when they ended, leaked ones by their organization, and who released one for others is kept. */
export class EndedHolds1780000000015 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- NULL unless somebody ended it from outside of the process that holds it: that process is told by these rows.
      ALTER TABLE hold ADD COLUMN released_by text, ADD COLUMN release_reason text,
                       ADD CONSTRAINT release_says_who_and_why CHECK ((released_by IS NULL) = (release_reason IS NULL));

      CREATE INDEX hold_ended ON hold (closed_at) WHERE state <> 1;
      CREATE INDEX hold_leaked ON hold (organization_key, expires_at) WHERE state = 4;
      CREATE INDEX hold_released_from_outside ON hold (closed_at) WHERE released_by IS NOT NULL;
    `);
  }

  public async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX hold_ended, hold_leaked, hold_released_from_outside;
      ALTER TABLE hold DROP CONSTRAINT release_says_who_and_why, DROP COLUMN released_by, DROP COLUMN release_reason;
    `);
  }
}
