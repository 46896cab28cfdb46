import type { MigrationInterface, QueryRunner } from 'typeorm';
import { boundToOrganization } from './1-organizations';

/** API keys, kept as hashes only, and the idempotency keys of calls that move money. */
export class Access1780000000005 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE api_key (
        key_id            text PRIMARY KEY,
        key_hash          bytea NOT NULL UNIQUE CHECK (length(key_hash) = 32),
        -- NULL: an operator's key, which is not bound to one organization.
        organization_key  int4 REFERENCES organization,
        name              text NOT NULL,
        scopes            text[] NOT NULL,
        created_at        timestamptz NOT NULL DEFAULT now(),
        revoked_at        timestamptz
      );

      -- The reader may look a key up by its hash, and may not list keys.
      CREATE FUNCTION find_api_key(wanted_hash bytea)
        RETURNS TABLE (key_id text, organization_id text, organization_key int4, scopes text[])
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
        BEGIN ATOMIC
          SELECT api_key.key_id, organization.organization_id, api_key.organization_key, api_key.scopes
            FROM api_key LEFT JOIN organization USING (organization_key)
           WHERE api_key.key_hash = wanted_hash AND api_key.revoked_at IS NULL;
        END;
      REVOKE ALL ON FUNCTION find_api_key FROM PUBLIC;

      -- An operator's key acts on the organization that its call names.
      CREATE FUNCTION find_organization_key(wanted_id text) RETURNS int4
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
        BEGIN ATOMIC
          SELECT organization_key FROM organization WHERE organization_id = wanted_id;
        END;
      REVOKE ALL ON FUNCTION find_organization_key FROM PUBLIC;

      -- Both run with the owner's rights; row-level security is forced, so the owner needs a policy for what they read.
      CREATE POLICY organization_owner ON organization FOR SELECT TO CURRENT_USER USING (true);

      CREATE TABLE idempotency_key (
        organization_key  int4 NOT NULL REFERENCES organization,
        key               text NOT NULL,
        body_digest       text NOT NULL,
        sequence          int8 NOT NULL,
        PRIMARY KEY (organization_key, key)
      );

      GRANT SELECT, INSERT, UPDATE ON api_key TO floopy_writer;
      GRANT SELECT, INSERT ON idempotency_key TO floopy_writer;
      GRANT EXECUTE ON FUNCTION find_api_key, find_organization_key TO floopy_reader, floopy_writer;
      GRANT SELECT ON idempotency_key TO floopy_reader;
    `);
    await runner.query(boundToOrganization('idempotency_key'));
  }

  public async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP FUNCTION find_api_key, find_organization_key;
      DROP POLICY organization_owner ON organization;
      DROP TABLE idempotency_key, api_key;
    `);
  }
}
