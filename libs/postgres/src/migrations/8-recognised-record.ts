import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A partition's position may lie behind offsets that hold no record, and so behind the record that it is recognised by. */
export class RecognisedRecord1780000000008 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- The digest gets another name with its offset: a consumer from before, which would write one without the other,
      -- fails and tries again until it is replaced.
      ALTER TABLE ingest_partition RENAME COLUMN last_record_digest TO recognised_digest;
      ALTER TABLE ingest_partition ADD COLUMN recognised_offset int8;
      UPDATE ingest_partition SET recognised_offset = next_offset - 1 WHERE recognised_digest IS NOT NULL;
      ALTER TABLE ingest_partition ADD CONSTRAINT ingest_partition_recognised
        CHECK ((recognised_offset IS NULL) = (recognised_digest IS NULL) AND recognised_offset < next_offset);
    `);
  }

  public async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Where markers were passed since, the digest is not of the record before the position.
      UPDATE ingest_partition SET recognised_digest = NULL, recognised_offset = NULL
       WHERE recognised_offset <> next_offset - 1;
      ALTER TABLE ingest_partition DROP CONSTRAINT ingest_partition_recognised;
      ALTER TABLE ingest_partition DROP COLUMN recognised_offset;
      ALTER TABLE ingest_partition RENAME COLUMN recognised_digest TO last_record_digest;
    `);
  }
}
