import type { MigrationInterface, QueryRunner } from 'typeorm';
import { boundToOrganization } from './1-organizations';

/**
 * The ledger and what is written in the same transaction. Columns are ordered by width, so that no byte is lost to
 * alignment; counts of zero and absent facts are NULL, which takes no room; names that repeat are interned as labels.
 */
export class Ledger1780000000002 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    await runner.query(LABELS + LEDGER + APPEND_ONLY + PROJECTIONS_AND_RIGHTS);
    for (const table of ['label', 'ledger_event', 'usage_metadata', 'monthly_usage']) {
      await runner.query(boundToOrganization(table));
    }
  }

  public async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE monthly_usage, usage_metadata, ledger_event, label; DROP FUNCTION refuse_change;');
  }
}

const LABELS = `
  -- Names that repeat on many ledger events. A user's name is kept apart from the ledger's hash, so it can be erased.
  CREATE TABLE label (
    organization_key  int4 NOT NULL REFERENCES organization,
    label_key         int4 GENERATED ALWAYS AS IDENTITY,
    kind              int2 NOT NULL CHECK (kind IN (1, 2)),
    value             text,
    PRIMARY KEY (organization_key, label_key),
    UNIQUE (organization_key, kind, value),
    CHECK (kind = 2 OR value IS NOT NULL)
  );
`;

const LEDGER = `
  CREATE TABLE ledger_event (
    sequence              int8 NOT NULL CHECK (sequence > 0),
    occurred_at           timestamptz NOT NULL,
    recorded_at           timestamptz NOT NULL,
    organization_key      int4 NOT NULL,
    source_key            int4,
    provider_key          int4,
    model_key             int4,
    team_key              int4,
    api_key_key           int4,
    prompt_key            int4,
    user_key              int4,
    input_tokens          int4,
    cache_read_tokens     int4,
    cache_creation_5m_tokens  int4,
    cache_creation_1h_tokens  int4,
    input_audio_tokens    int4,
    cache_read_audio_tokens   int4,
    output_tokens         int4,
    reasoning_tokens      int4,
    output_audio_tokens   int4,
    rate_card_version     int4,
    override_version      int4,
    markup_basis_points   int4,
    partition_key         int2,
    type                  int2 NOT NULL,
    cause_kind            int2 NOT NULL,
    service_tier          int2,
    outcome               int2,
    credential            int2,
    cache_hit             bool,
    counted               bool,
    identity              uuid,
    content               uuid,
    amount                numeric(38, 10) NOT NULL,
    balance_after         numeric(38, 10) NOT NULL,
    hash                  bytea NOT NULL,
    cause_id              text NOT NULL,
    request_id            text,
    attempt_id            text,
    session_id            text,
    reason                text,
    PRIMARY KEY (organization_key, sequence)
  );

  CREATE UNIQUE INDEX ledger_event_identity ON ledger_event (organization_key, identity) WHERE identity IS NOT NULL;
  -- Eight bytes of a hash stand for the request id; every query compares the id itself as well.
  CREATE INDEX ledger_event_request ON ledger_event (organization_key, hashtextextended(request_id, 0))
    WHERE request_id IS NOT NULL;
  CREATE INDEX ledger_event_occurred ON ledger_event (organization_key, occurred_at);
`;

const APPEND_ONLY = `
  CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION '% is append-only: % refused; append a correcting event instead', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'insufficient_privilege';
    END $$;
  CREATE TRIGGER append_only_rows BEFORE UPDATE OR DELETE ON ledger_event
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
  CREATE TRIGGER append_only_table BEFORE TRUNCATE ON ledger_event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
  -- A name that the ledger's hash covers never changes; a user's may be erased, never replaced.
  CREATE TRIGGER label_is_kept BEFORE UPDATE OR DELETE ON label
    FOR EACH ROW WHEN (OLD.kind = 1) EXECUTE FUNCTION refuse_change();
  CREATE TRIGGER label_table_is_kept BEFORE TRUNCATE ON label
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
`;

const PROJECTIONS_AND_RIGHTS = `
  -- What a producer attached to a request: perhaps personal, so beside the ledger, and it can be erased.
  CREATE TABLE usage_metadata (
    organization_key  int4 NOT NULL,
    sequence          int8 NOT NULL,
    metadata          text NOT NULL,
    PRIMARY KEY (organization_key, sequence)
  );

  CREATE TABLE monthly_usage (
    organization_key  int4 NOT NULL,
    period_start      timestamptz NOT NULL,
    period_end        timestamptz NOT NULL CHECK (period_end > period_start),
    origin            int2 NOT NULL,
    requests          int8 NOT NULL CHECK (requests >= 0),
    spend             numeric(38, 10) NOT NULL,
    PRIMARY KEY (organization_key, period_start, origin)
  ) WITH (fillfactor = 50);

  GRANT SELECT, INSERT ON label, ledger_event TO floopy_writer;
  GRANT SELECT, INSERT, UPDATE ON monthly_usage TO floopy_writer;
  GRANT SELECT, INSERT, DELETE ON usage_metadata TO floopy_writer;
  GRANT SELECT ON label, ledger_event, monthly_usage, usage_metadata TO floopy_reader;
`;
