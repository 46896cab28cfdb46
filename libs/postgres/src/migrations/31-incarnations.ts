import type { MigrationInterface, QueryRunner } from 'typeorm';
import { appendOnly } from './17-audit';

/** When the ledger was put back to an earlier state, so that whoever follows it knows which history it reads. */
export class Incarnations1780000000031 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE ledger_incarnation (
        -- When it began, in milliseconds since 1970: a number that no backup can give a second time.
        incarnation  int8 PRIMARY KEY CHECK (incarnation > 0),
        begun_by     text NOT NULL,
        reason       text NOT NULL
      );
      GRANT SELECT, INSERT ON ledger_incarnation TO floopy_writer;
    `);
    await runner.query(appendOnly('ledger_incarnation'));
  }

  public async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE ledger_incarnation;');
  }
}
