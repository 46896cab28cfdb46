import type { MigrationInterface, QueryRunner } from 'typeorm';
import { appendOnly } from './17-audit';

/** Plans of replays, what was done with them, and how far each has come. */
export class Replay1780000000023 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- What is to be read again, and what would become of it: as it was when the plan was made.
      CREATE TABLE replay_plan (
        plan_number  int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        planned_at   timestamptz NOT NULL,
        planned_by   text NOT NULL,
        act_number   int8 REFERENCES operator_act,
        content      jsonb NOT NULL
      );

      CREATE TABLE replay_step (
        step_key     int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        plan_number  int8 NOT NULL REFERENCES replay_plan,
        kind         text NOT NULL CHECK (kind IN ('begun', 'resumed', 'applied', 'cancelled')),
        taken_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
        taken_by     text NOT NULL,
        act_number   int8 REFERENCES operator_act
      );
      CREATE INDEX replay_step_plan ON replay_step (plan_number, step_key);
      CREATE UNIQUE INDEX replay_step_begin ON replay_step (plan_number) WHERE kind = 'begun';
      -- A plan ends once.
      CREATE UNIQUE INDEX replay_step_end ON replay_step (plan_number) WHERE kind IN ('applied', 'cancelled');

      -- How far a plan has come. Of a file it is the row of ingest_partition that its reading has.
      CREATE TABLE replay_progress (
        plan_number  int8 NOT NULL REFERENCES replay_plan,
        part         int4 NOT NULL,
        -- The last dead letter that had its turn.
        after_letter int8 NOT NULL,
        is_done      bool NOT NULL,
        PRIMARY KEY (plan_number, part)
      );

      GRANT SELECT, INSERT ON replay_plan, replay_step TO floopy_writer;
      GRANT SELECT, INSERT, UPDATE ON replay_progress TO floopy_writer;
    `);
    for (const table of ['replay_plan', 'replay_step']) await runner.query(appendOnly(table));
  }

  public async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE replay_progress, replay_step, replay_plan;');
  }
}
