import type { MigrationInterface, QueryRunner } from 'typeorm';
import { boundToOrganization } from './1-organizations';

/** What is spent by team and by hour, absorbed from the ledger behind the hot path, and how far. */
export class Spend1780000000011 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- By the period's begin alone: its end may still be cut, its begin never moves once anything was posted in it.
      CREATE TABLE team_spend (
        organization_key  int4 NOT NULL REFERENCES organization,
        period_start      timestamptz NOT NULL,
        -- A label of the organization; 0 for what no team is named for.
        team_key          int4 NOT NULL,
        requests          int8 NOT NULL CHECK (requests >= 0),
        spend             numeric(38, 10) NOT NULL,
        PRIMARY KEY (organization_key, period_start, team_key)
      ) WITH (fillfactor = 50);

      CREATE TABLE hourly_spend (
        organization_key  int4 NOT NULL REFERENCES organization,
        hour              timestamptz NOT NULL,
        requests          int8 NOT NULL CHECK (requests >= 0),
        spend             numeric(38, 10) NOT NULL,
        PRIMARY KEY (organization_key, hour)
      ) WITH (fillfactor = 80);

      -- The last entry of each ledger that a follower has absorbed: a reading adds those after it.
      CREATE TABLE follower_checkpoint (
        organization_key  int4 NOT NULL REFERENCES organization,
        follower          int2 NOT NULL,
        sequence          int8 NOT NULL CHECK (sequence > 0),
        PRIMARY KEY (organization_key, follower)
      ) WITH (fillfactor = 50);

      GRANT SELECT, INSERT, UPDATE, DELETE ON team_spend, hourly_spend, follower_checkpoint TO floopy_writer;
      GRANT SELECT ON team_spend, hourly_spend, follower_checkpoint TO floopy_reader;
    `);
    for (const table of ['team_spend', 'hourly_spend', 'follower_checkpoint']) {
      await runner.query(boundToOrganization(table));
    }
  }

  public async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE follower_checkpoint, hourly_spend, team_spend;');
  }
}
