import type { MigrationInterface, QueryRunner } from 'typeorm';
import { boundToOrganization } from './1-organizations';

/** The holds that a process keeps in its memory, written down, and who may write them. */
export class Admission1780000000010 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- One row for each attempt, rewritten when it ends: room is left on each page, so that it stays there.
      CREATE TABLE hold (
        organization_key  int4 NOT NULL REFERENCES organization,
        state             int2 NOT NULL CHECK (state BETWEEN 1 AND 4),
        position          int8 NOT NULL CHECK (position >= 0),
        admitted_at       timestamptz NOT NULL,
        expires_at        timestamptz NOT NULL CHECK (expires_at > admitted_at),
        closed_at         timestamptz,
        amount            numeric(38, 10) NOT NULL CHECK (amount >= 0),
        request_id        text NOT NULL,
        attempt_id        text NOT NULL DEFAULT '',
        hold_id           text NOT NULL,
        team_id           text,
        PRIMARY KEY (organization_key, request_id, attempt_id)
      ) WITH (fillfactor = 80);
      CREATE INDEX hold_open ON hold (organization_key) WHERE state = 1;

      -- Raised by each process that takes the holds over: what is written under an earlier number writes nothing.
      CREATE TABLE admission_epoch (
        only_row  bool PRIMARY KEY DEFAULT true CHECK (only_row),
        epoch     int8 NOT NULL,
        taken_at  timestamptz NOT NULL
      );
      INSERT INTO admission_epoch (epoch, taken_at) VALUES (0, 'epoch');

      -- Organizations that were ever held in a store which may lose its holds: absent there and present here, they are lost.
      CREATE TABLE held_organization (
        organization_key  int4 PRIMARY KEY REFERENCES organization,
        first_held_at     timestamptz NOT NULL DEFAULT now()
      );

      GRANT SELECT, INSERT, UPDATE, DELETE ON hold TO floopy_writer;
      GRANT SELECT, UPDATE ON admission_epoch TO floopy_writer;
      GRANT SELECT, INSERT ON held_organization TO floopy_writer;
      GRANT SELECT ON hold TO floopy_reader;
    `);
    await runner.query(boundToOrganization('hold'));
  }

  public async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE held_organization, admission_epoch, hold;');
  }
}
