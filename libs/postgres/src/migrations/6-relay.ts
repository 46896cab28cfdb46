import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How far each organization's stream has been handed on to Kafka. */
export class Relay1780000000006 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE relay_checkpoint (
        organization_key  int4 PRIMARY KEY REFERENCES organization,
        sequence          int8 NOT NULL CHECK (sequence >= 0)
      ) WITH (fillfactor = 50);

      GRANT SELECT, INSERT, UPDATE ON relay_checkpoint TO floopy_writer;
    `);
  }

  public async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE relay_checkpoint;');
  }
}
