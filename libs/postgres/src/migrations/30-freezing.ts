import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The ledger and what was attached to it only grow: their vacuum comes by rows, not by a share of a billion of them. */
export class Freezing1780000000030 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- By the usual rule a table is vacuumed when a fifth more has come: of a billion rows, two hundred million at once,
      -- none of them in any cache. A million rows are the last hour or day; rows never change, so they are frozen then, and
      -- nobody has to read the whole table for that later.
      ALTER TABLE ledger_event SET (
        autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 1000000,
        autovacuum_freeze_min_age = 0);
      ALTER TABLE usage_metadata SET (
        autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 1000000);
    `);
  }

  public async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE ledger_event RESET (
        autovacuum_vacuum_insert_scale_factor, autovacuum_vacuum_insert_threshold, autovacuum_freeze_min_age);
      ALTER TABLE usage_metadata RESET (
        autovacuum_vacuum_insert_scale_factor, autovacuum_vacuum_insert_threshold);
    `);
  }
}
