import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What operators did: a row before each act, and one after it. Neither changes or goes. */
export class Audit1780000000017 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE operator_act (
        act_number  int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        begun_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
        -- Who it was, as they say, and as whom the machine or the API knows them.
        actor       text NOT NULL,
        account     text NOT NULL,
        channel     text NOT NULL CHECK (channel IN ('command_line', 'http')),
        command     text NOT NULL,
        arguments   jsonb NOT NULL,
        plan        text
      );
      CREATE INDEX operator_act_begun ON operator_act (begun_at);

      -- None: the act still runs, or whoever did it was killed.
      CREATE TABLE operator_act_outcome (
        act_number  int8 PRIMARY KEY REFERENCES operator_act,
        ended_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
        outcome     text NOT NULL CHECK (outcome IN ('done', 'failed')),
        detail      text
      );

      GRANT SELECT, INSERT ON operator_act, operator_act_outcome TO floopy_writer;
    `);
    for (const table of ['operator_act', 'operator_act_outcome']) await runner.query(appendOnly(table));
  }

  public async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE operator_act_outcome, operator_act;');
  }
}

/** Rows of a table stay as they were written, whoever asks. */
export function appendOnly(table: string): string {
  return `
    CREATE TRIGGER append_only_rows BEFORE UPDATE OR DELETE ON ${table}
      FOR EACH ROW EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER append_only_table BEFORE TRUNCATE ON ${table}
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
  `;
}
