import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Where reading stands on each partition, and what could not be applied. */
export class Ingest1780000000003 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- One row for each partition of one incarnation of a topic: the truth about offsets.
      -- next_offset - first_offset = applied + duplicates + parked + skipped, at every commit.
      CREATE TABLE ingest_partition (
        partition_key       int2 GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        topic               text NOT NULL,
        incarnation         int4 NOT NULL DEFAULT 1,
        partition           int4 NOT NULL,
        first_offset        int8 NOT NULL,
        next_offset         int8 NOT NULL,
        epoch               int8 NOT NULL DEFAULT 0,
        applied             int8 NOT NULL DEFAULT 0,
        duplicates          int8 NOT NULL DEFAULT 0,
        parked              int8 NOT NULL DEFAULT 0,
        skipped             int8 NOT NULL DEFAULT 0,
        last_record_digest  uuid,
        applied_until       timestamptz,
        halted              text,
        UNIQUE (topic, incarnation, partition),
        CHECK (next_offset - first_offset = applied + duplicates + parked + skipped)
      ) WITH (fillfactor = 50);

      CREATE TABLE dead_letter (
        dead_letter_key  int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        partition_key    int2 NOT NULL REFERENCES ingest_partition,
        record_offset    int8 NOT NULL,
        reason           text NOT NULL,
        faults           jsonb NOT NULL,
        organization_id  text,
        source           text,
        event_id         text,
        record_key       bytea,
        record_value     bytea,
        record_headers   jsonb NOT NULL,
        appended_at      timestamptz NOT NULL,
        parked_at        timestamptz NOT NULL DEFAULT now(),
        published_at     timestamptz,
        UNIQUE (partition_key, record_offset)
      );
      CREATE INDEX dead_letter_event ON dead_letter (organization_id, source, event_id) WHERE event_id IS NOT NULL;
      CREATE INDEX dead_letter_unpublished ON dead_letter (dead_letter_key) WHERE published_at IS NULL;

      GRANT SELECT, INSERT, UPDATE ON ingest_partition, dead_letter TO floopy_writer;
      GRANT SELECT ON ingest_partition, dead_letter TO floopy_reader;

      ALTER TABLE dead_letter ENABLE ROW LEVEL SECURITY;
      ALTER TABLE dead_letter FORCE ROW LEVEL SECURITY;
      CREATE POLICY dead_letter_writer ON dead_letter TO floopy_writer USING (true) WITH CHECK (true);
      CREATE POLICY dead_letter_reader ON dead_letter FOR SELECT TO floopy_reader
        USING (organization_id = (SELECT bound.organization_id FROM organization AS bound
                                   WHERE bound.organization_key = bound_organization_key()));
    `);
  }

  public async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE dead_letter, ingest_partition;');
  }
}
