import type { MigrationInterface, QueryRunner } from 'typeorm';
import { boundToOrganization } from './1-organizations';

/**
 * What a plan made of each request: in the ledger, in its head, and what was used past the allowance. A consumer from
 * before this cannot post usage any more, since it would count requests that no plan had judged: its batches fail, and wait
 * for the one that comes after it.
 */
export class Posting1780000000012 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    await runner.query(LEDGER + HEADS + MARKUP + OVERAGE);
    for (const table of ['period_overage', 'carried_overage']) await runner.query(boundToOrganization(table));
  }

  public async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE carried_overage, period_overage;
      ${withoutRowSecurity('UPDATE organization SET markup_basis_points = 0 WHERE markup_basis_points IS NULL;')}
      ALTER TABLE organization ALTER COLUMN markup_basis_points SET NOT NULL,
                               ALTER COLUMN markup_basis_points SET DEFAULT 0;
      ALTER TABLE organization_head DROP COLUMN period_start, DROP COLUMN period_requests;
      ALTER TABLE ledger_event DROP CONSTRAINT usage_is_posted_under_a_plan,
                               DROP COLUMN plan_version, DROP COLUMN standing, DROP COLUMN overage_rate;
    `);
  }
}

const LEDGER = `
  ALTER TABLE ledger_event
    ADD COLUMN plan_version int4,
    ADD COLUMN standing int2,
    ADD COLUMN overage_rate numeric(38, 10),
    -- What is there already is not looked at: it was posted before there were plans.
    ADD CONSTRAINT usage_is_posted_under_a_plan
      CHECK (request_id IS NULL OR (plan_version IS NOT NULL AND standing IS NOT NULL)) NOT VALID;
`;

const HEADS = `
  -- The latest billing period in which a request has counted, and how many have; NULL where that was not written down
  -- yet, and is then counted from the ledger.
  ALTER TABLE organization_head
    ADD COLUMN period_start timestamptz,
    ADD COLUMN period_requests int8 CHECK (period_requests >= 0),
    ADD CHECK ((period_start IS NULL) = (period_requests IS NULL));
`;

const MARKUP = `
  -- NULL: nothing was agreed with the organization, and its plan's applies. Zero was what nothing agreed used to be.
  ALTER TABLE organization ALTER COLUMN markup_basis_points DROP NOT NULL,
                           ALTER COLUMN markup_basis_points DROP DEFAULT;
  ${withoutRowSecurity('UPDATE organization SET markup_basis_points = NULL WHERE markup_basis_points = 0;')}
`;

const OVERAGE = `
  -- Requests past the allowance by the period they belong to, written in the transaction that posts them. The late ones
  -- were recorded when their period's invoice had been made.
  CREATE TABLE period_overage (
    organization_key  int4 NOT NULL REFERENCES organization,
    period_start      timestamptz NOT NULL,
    period_end        timestamptz NOT NULL CHECK (period_end > period_start),
    requests          int8 NOT NULL CHECK (requests >= 0),
    late_requests     int8 NOT NULL CHECK (late_requests >= 0),
    excess_requests   int8 NOT NULL CHECK (excess_requests >= 0),
    amount            numeric(38, 10) NOT NULL,
    late_amount       numeric(38, 10) NOT NULL,
    PRIMARY KEY (organization_key, period_start)
  ) WITH (fillfactor = 50);

  -- Money of late requests, by the period they belong to and the one whose invoice it goes on.
  CREATE TABLE carried_overage (
    organization_key  int4 NOT NULL REFERENCES organization,
    source_start      timestamptz NOT NULL,
    source_end        timestamptz NOT NULL CHECK (source_end > source_start),
    into_start        timestamptz NOT NULL CHECK (into_start >= source_end),
    into_end          timestamptz NOT NULL CHECK (into_end > into_start),
    requests          int8 NOT NULL CHECK (requests > 0),
    amount            numeric(38, 10) NOT NULL,
    PRIMARY KEY (organization_key, source_start, into_start)
  ) WITH (fillfactor = 50);

  GRANT SELECT, INSERT, UPDATE ON period_overage, carried_overage TO floopy_writer;
  GRANT SELECT ON period_overage, carried_overage TO floopy_reader;
`;

/** Row-level security is forced, so whoever owns the table sees no row of it either, unless it is lifted for a moment. */
function withoutRowSecurity(statement: string): string {
  return `
    ALTER TABLE organization NO FORCE ROW LEVEL SECURITY;
    ${statement}
    ALTER TABLE organization FORCE ROW LEVEL SECURITY;
  `;
}
