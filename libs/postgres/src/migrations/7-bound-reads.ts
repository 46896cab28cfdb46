import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the bound reader needs in order to find a few rows among many. */
export class BoundReads1780000000007 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Payments and adjustments are few among many charges; usage costs this index nothing.
      CREATE INDEX ledger_event_without_request ON ledger_event (organization_key, sequence) WHERE request_id IS NULL;

      -- Row-level security keeps a reader's own conditions behind its policy unless Postgres knows that they leak
      -- nothing, and of the hash in the index on requests it does not know: the reader would pass over all rows of its
      -- organization. Here the owner looks them up; a reader gets positions of the organization it is bound to, only.
      CREATE POLICY ledger_event_owner ON ledger_event FOR SELECT TO CURRENT_USER USING (true);
      CREATE FUNCTION find_request_positions(wanted_key int4, wanted_request_id text, at_most int4)
        RETURNS SETOF int8
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
        BEGIN ATOMIC
          SELECT sequence
            FROM ledger_event
           WHERE organization_key = wanted_key
             AND hashtextextended(request_id, 0) = hashtextextended(wanted_request_id, 0)
             AND request_id = wanted_request_id
             AND (wanted_key = bound_organization_key() OR current_setting('role') <> 'floopy_reader')
           ORDER BY sequence
           LIMIT at_most;
        END;
      REVOKE ALL ON FUNCTION find_request_positions FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION find_request_positions TO floopy_reader, floopy_writer;
    `);
  }

  public async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP FUNCTION find_request_positions;
      DROP POLICY ledger_event_owner ON ledger_event;
      DROP INDEX ledger_event_without_request;
    `);
  }
}
