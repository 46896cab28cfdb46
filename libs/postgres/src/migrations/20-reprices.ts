import type { MigrationInterface, QueryRunner } from 'typeorm';
import { boundToOrganization } from './1-organizations';

/** Planned reprices: what they come to for each organization, and how far they were applied. */
export class Reprices1780000000020 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE reprice_plan (
        reprice_plan       int4 GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        planned_at         timestamptz NOT NULL DEFAULT now(),
        planned_by         text NOT NULL,
        reason             text NOT NULL,
        occurred_from      timestamptz NOT NULL,
        occurred_until     timestamptz NOT NULL CHECK (occurred_until > occurred_from),
        model              text,
        -- NULL: the version that each charge stands by.
        rate_card_version  int4 REFERENCES rate_card,
        keeps_override     bool NOT NULL,
        override_version   int4,
        CHECK (NOT keeps_override OR override_version IS NULL),
        CHECK (NOT keeps_override OR rate_card_version IS NOT NULL)
      );

      CREATE TABLE reprice_part (
        organization_key   int4 NOT NULL REFERENCES organization,
        reprice_plan       int4 NOT NULL REFERENCES reprice_plan,
        -- The end of the ledger when it was planned: what was charged since is no part of it.
        through            int8 NOT NULL,
        entries            int8 NOT NULL,
        sum_before         numeric(38, 10) NOT NULL,
        sum_after          numeric(38, 10) NOT NULL,
        reversed           int8 NOT NULL,
        unpriced           int8 NOT NULL,
        missing            jsonb,
        -- The last charge that was looked at when it was applied, and what came of it so far.
        done_occurred_at   timestamptz,
        done_sequence      int8,
        posted             int8 NOT NULL DEFAULT 0,
        credited           numeric(38, 10) NOT NULL DEFAULT 0,
        finished_at        timestamptz,
        PRIMARY KEY (organization_key, reprice_plan),
        CHECK ((done_occurred_at IS NULL) = (done_sequence IS NULL))
      ) WITH (fillfactor = 80);
      CREATE INDEX reprice_part_of_plan ON reprice_part (reprice_plan);

      GRANT SELECT, INSERT ON reprice_plan, reprice_part TO floopy_writer;
      GRANT UPDATE (done_occurred_at, done_sequence, posted, credited, finished_at) ON reprice_part TO floopy_writer;
      ${boundToOrganization('reprice_part')}
    `);
  }

  public async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE reprice_part, reprice_plan;');
  }
}
