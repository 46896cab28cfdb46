import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A partition's position may lie behind offsets that hold no record, and so not just behind the record of its digest. */
export class EmptyTail1780000000008 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Offsets from empty_from on and before empty_until were passed and hold no record. While empty_until is
      -- next_offset, last_record_digest is of the record before empty_from, else of the one before next_offset: a
      -- consumer from before this migration moves next_offset and the digest alone, and is understood.
      ALTER TABLE ingest_partition ADD COLUMN empty_from int8, ADD COLUMN empty_until int8;
    `);
  }

  public async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE ingest_partition DROP COLUMN empty_from, DROP COLUMN empty_until;');
  }
}
