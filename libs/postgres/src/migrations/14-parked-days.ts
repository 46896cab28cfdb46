import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Alerts ask what was parked of one organization on one day. */
export class ParkedDays1780000000014 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX dead_letter_of_organization ON dead_letter (organization_id, parked_at)');
  }

  public async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX dead_letter_of_organization');
  }
}
