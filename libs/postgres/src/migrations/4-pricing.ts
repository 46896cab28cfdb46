import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Published prices: immutable versions, and one number that tells a reader whether it has seen them all. */
export class Pricing1780000000004 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE rate_card (
        version         int4 PRIMARY KEY CHECK (version > 0),
        card_id         text NOT NULL,
        content         text NOT NULL,
        content_hash    text NOT NULL CHECK (content_hash ~ '^[0-9a-f]{64}$'),
        in_force_start  timestamptz NOT NULL,
        in_force_end    timestamptz CHECK (in_force_end > in_force_start),
        published_at    timestamptz NOT NULL,
        published_by    text NOT NULL
      );

      CREATE TABLE rate_override (
        organization_key  int4 NOT NULL REFERENCES organization,
        version           int4 NOT NULL CHECK (version > 0),
        override_id       text NOT NULL,
        content           text NOT NULL,
        content_hash      text NOT NULL CHECK (content_hash ~ '^[0-9a-f]{64}$'),
        in_force_start    timestamptz NOT NULL,
        in_force_end      timestamptz CHECK (in_force_end > in_force_start),
        published_at      timestamptz NOT NULL,
        published_by      text NOT NULL,
        PRIMARY KEY (organization_key, version)
      );

      -- Raised in the transaction that publishes a card or an override. Every ingest transaction reads it, so that
      -- prices held in memory are used only while they are the published ones.
      CREATE TABLE published_prices (
        only_row  bool PRIMARY KEY DEFAULT true CHECK (only_row),
        version   int8 NOT NULL
      );
      INSERT INTO published_prices (version) VALUES (0);

      CREATE TRIGGER published_card_is_immutable BEFORE UPDATE OR DELETE ON rate_card
        FOR EACH ROW EXECUTE FUNCTION refuse_change();
      CREATE TRIGGER published_override_is_immutable BEFORE UPDATE OR DELETE ON rate_override
        FOR EACH ROW EXECUTE FUNCTION refuse_change();

      GRANT SELECT, INSERT ON rate_card, rate_override TO floopy_writer;
      GRANT SELECT, UPDATE ON published_prices TO floopy_writer;
      GRANT SELECT ON rate_card, rate_override, published_prices TO floopy_reader;

      ALTER TABLE rate_override ENABLE ROW LEVEL SECURITY;
      ALTER TABLE rate_override FORCE ROW LEVEL SECURITY;
      CREATE POLICY rate_override_writer ON rate_override TO floopy_writer USING (true) WITH CHECK (true);
      CREATE POLICY rate_override_reader ON rate_override FOR SELECT TO floopy_reader
        USING (organization_key = bound_organization_key());
    `);
  }

  public async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE published_prices, rate_override, rate_card;');
  }
}
