import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Roles and organizations. The roles belong to the cluster, not to the database, and may be there already;
 * they cannot log in: a session takes one on at its start, so that no second password has to be kept.
 */
export class Organizations1780000000001 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DO $$ BEGIN CREATE ROLE floopy_writer NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
      DO $$ BEGIN CREATE ROLE floopy_reader NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
      DO $$ BEGIN
        IF NOT pg_has_role(current_user, 'floopy_writer', 'SET') THEN
          EXECUTE format('GRANT floopy_writer, floopy_reader TO %I', current_user);
        END IF;
      END $$;

      REVOKE CREATE ON SCHEMA public FROM PUBLIC;

      CREATE TABLE organization (
        organization_key     int4 GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        organization_id      text NOT NULL UNIQUE,
        name                 text NOT NULL,
        markup_basis_points  int4 NOT NULL DEFAULT 0 CHECK (markup_basis_points BETWEEN 0 AND 1000000),
        created_at           timestamptz NOT NULL DEFAULT now()
      );

      -- The end of each organization's stream. Rewritten for every batch, so half of each page is left free
      -- for the next version of its rows: the update then touches no index.
      CREATE TABLE organization_head (
        organization_key  int4 PRIMARY KEY REFERENCES organization,
        sequence          int8 NOT NULL DEFAULT 0 CHECK (sequence >= 0),
        balance           numeric(38, 10) NOT NULL DEFAULT 0,
        hash              bytea NOT NULL DEFAULT decode(repeat('00', 32), 'hex') CHECK (length(hash) = 32),
        recorded_at       timestamptz NOT NULL DEFAULT 'epoch'
      ) WITH (fillfactor = 50);

      -- The organization that this transaction may read, set by the API; NULL shows no row at all.
      CREATE FUNCTION bound_organization_key() RETURNS int4 LANGUAGE sql STABLE PARALLEL SAFE
        RETURN nullif(current_setting('floopy.organization_key', true), '')::int4;

      GRANT SELECT, INSERT, UPDATE ON organization, organization_head TO floopy_writer;
      GRANT SELECT ON organization, organization_head TO floopy_reader;
    `);
    await runner.query(boundToOrganization('organization'));
    await runner.query(boundToOrganization('organization_head'));
  }

  public async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE organization_head, organization; DROP FUNCTION bound_organization_key;');
  }
}

/** Row-level security that not even the owner escapes: the writer sees all rows, the reader those it is bound to. */
export function boundToOrganization(table: string): string {
  return `
    ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY;
    ALTER TABLE ${table} FORCE ROW LEVEL SECURITY;
    CREATE POLICY ${table}_writer ON ${table} TO floopy_writer USING (true) WITH CHECK (true);
    CREATE POLICY ${table}_reader ON ${table} FOR SELECT TO floopy_reader
      USING (organization_key = bound_organization_key());
  `;
}
