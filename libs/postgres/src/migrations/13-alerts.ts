import type { MigrationInterface, QueryRunner } from 'typeorm';
import { boundToOrganization } from './1-organizations';

/** What organizations want to be told of, who is told, what was told, and what is still to be delivered. */
export class Alerts1780000000013 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    await runner.query(SETTINGS + ALERTS);
    for (const table of TABLES) await runner.query(boundToOrganization(table));
  }

  public async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE ${TABLES.join(', ')};`);
  }
}

const TABLES = ['alert_delivery', 'alert', 'disarmed_alert', 'alert_endpoint', 'alert_settings'];

const SETTINGS = `
  -- As the organization said last; without a row, the defaults hold.
  CREATE TABLE alert_settings (
    organization_key  int4 PRIMARY KEY REFERENCES organization,
    content           text NOT NULL,
    changed_at        timestamptz NOT NULL,
    changed_by        text NOT NULL
  );

  CREATE TABLE alert_endpoint (
    endpoint_id       text PRIMARY KEY,
    organization_key  int4 NOT NULL REFERENCES organization,
    kind              int2 NOT NULL CHECK (kind BETWEEN 1 AND 2),
    address           text NOT NULL,
    secret            text,
    created_at        timestamptz NOT NULL,
    created_by        text NOT NULL,
    -- Since when every attempt has failed; NULL when the last one did not.
    failing_since     timestamptz,
    disabled_at       timestamptz,
    disabled_reason   text,
    CHECK ((kind = 1) = (secret IS NOT NULL)),
    CHECK ((disabled_at IS NULL) = (disabled_reason IS NULL))
  );
  CREATE INDEX alert_endpoint_of_organization ON alert_endpoint (organization_key);

  GRANT SELECT, INSERT, UPDATE, DELETE ON alert_settings, alert_endpoint TO floopy_writer;
  GRANT SELECT ON alert_settings TO floopy_reader;
  -- Everything but the secret, which is shown once and then only signs.
  GRANT SELECT (endpoint_id, organization_key, kind, address, created_at, created_by, failing_since, disabled_at,
                disabled_reason) ON alert_endpoint TO floopy_reader;
`;

const ALERTS = `
  -- Thresholds that were told and have not recovered.
  CREATE TABLE disarmed_alert (
    organization_key  int4 NOT NULL REFERENCES organization,
    alert_key         text NOT NULL,
    -- NULL: told again whenever it recovers and is crossed; else told once in the period, which is over some day.
    period_start      timestamptz,
    disarmed_at       timestamptz NOT NULL,
    PRIMARY KEY (organization_key, alert_key)
  );

  CREATE TABLE alert (
    alert_id          text PRIMARY KEY,
    organization_key  int4 NOT NULL REFERENCES organization,
    kind              text NOT NULL,
    target            text,
    period_start      timestamptz,
    threshold         text,
    figures           text NOT NULL,
    position          int8 CHECK (position >= 0),
    fired_at          timestamptz NOT NULL,
    -- When the topic has heard of it.
    published_at      timestamptz
  );
  CREATE INDEX alert_of_organization ON alert (organization_key, fired_at DESC, alert_id);
  CREATE INDEX alert_unpublished ON alert (fired_at) WHERE published_at IS NULL;

  -- One row for each receiver of an alert; 1 to be delivered, 2 delivered, 3 given up.
  CREATE TABLE alert_delivery (
    organization_key  int4 NOT NULL REFERENCES organization,
    alert_id          text NOT NULL REFERENCES alert,
    endpoint_id       text NOT NULL REFERENCES alert_endpoint ON DELETE CASCADE,
    state             int2 NOT NULL DEFAULT 1 CHECK (state BETWEEN 1 AND 3),
    attempts          int4 NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    -- Also until when an attempt that is under way is its maker's.
    next_attempt_at   timestamptz NOT NULL,
    last_error        text,
    ended_at          timestamptz,
    PRIMARY KEY (alert_id, endpoint_id),
    CHECK ((state = 1) = (ended_at IS NULL))
  );
  CREATE INDEX alert_delivery_due ON alert_delivery (next_attempt_at) WHERE state = 1;
  CREATE INDEX alert_delivery_of_endpoint ON alert_delivery (endpoint_id) WHERE state = 1;

  GRANT SELECT, INSERT, UPDATE, DELETE ON disarmed_alert, alert, alert_delivery TO floopy_writer;
  GRANT SELECT ON alert, alert_delivery TO floopy_reader;
`;
