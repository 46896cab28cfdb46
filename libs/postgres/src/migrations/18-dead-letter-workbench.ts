import type { MigrationInterface, QueryRunner } from 'typeorm';
import { appendOnly } from './17-audit';

/** What became of dead letters, and what operators did to them. What arrived can be changed by nobody from here on. */
export class DeadLetterWorkbench1780000000018 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    await runner.query(LETTERS + STEPS + appendOnly('dead_letter_step'));
  }

  public async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE dead_letter_step;
      DROP INDEX dead_letter_parked;
      ALTER TABLE dead_letter DROP CONSTRAINT dead_letter_is_resolved_once, DROP COLUMN status, DROP COLUMN resolved_at;
      REVOKE UPDATE (published_at, reason, faults) ON dead_letter FROM floopy_writer;
      GRANT UPDATE ON dead_letter TO floopy_writer;
    `);
  }
}

const LETTERS = `
  -- A letter that was discarded still counts as parked on its partition; one that was applied, or turned out to be a
  -- duplicate, is counted there as what it became.
  ALTER TABLE dead_letter
    ADD COLUMN status text NOT NULL DEFAULT 'parked' CHECK (status IN ('parked', 'applied', 'duplicate', 'discarded')),
    ADD COLUMN resolved_at timestamptz,
    ADD CONSTRAINT dead_letter_is_resolved_once CHECK ((status = 'parked') = (resolved_at IS NULL));

  CREATE INDEX dead_letter_parked ON dead_letter (reason, dead_letter_key) WHERE status = 'parked';

  REVOKE UPDATE ON dead_letter FROM floopy_writer;
  GRANT UPDATE (published_at, status, resolved_at, reason, faults) ON dead_letter TO floopy_writer;
`;

const STEPS = `
  CREATE TABLE dead_letter_step (
    step_key          int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    dead_letter_key   int8 NOT NULL REFERENCES dead_letter,
    kind              text NOT NULL CHECK (kind IN ('fixed', 'discarded', 'applied', 'duplicate', 'parked')),
    taken_at          timestamptz NOT NULL DEFAULT clock_timestamp(),
    taken_by          text NOT NULL,
    act_number        int8 REFERENCES operator_act,
    -- fixed: what is taken in the place of what arrived.
    record_key        bytea,
    record_value      bytea,
    record_headers    jsonb,
    reissued          bool,
    -- applied: the entry that it became.
    organization_key  int4 REFERENCES organization,
    sequence          int8,
    -- parked: why it stays; discarded: why nothing is made of it.
    reason            text,
    faults            jsonb,
    CHECK ((kind = 'fixed') = (record_headers IS NOT NULL AND reissued IS NOT NULL)),
    CHECK ((kind = 'applied') = (organization_key IS NOT NULL AND sequence IS NOT NULL)),
    CHECK ((kind IN ('parked', 'discarded')) = (reason IS NOT NULL))
  );
  CREATE INDEX dead_letter_step_letter ON dead_letter_step (dead_letter_key, step_key);
  -- What resolves a letter happens to it once.
  CREATE UNIQUE INDEX dead_letter_step_resolution ON dead_letter_step (dead_letter_key)
    WHERE kind IN ('applied', 'duplicate', 'discarded');
  -- An entry came of one letter at most.
  CREATE UNIQUE INDEX dead_letter_step_entry ON dead_letter_step (organization_key, sequence) WHERE kind = 'applied';

  GRANT SELECT, INSERT ON dead_letter_step TO floopy_writer;
`;
