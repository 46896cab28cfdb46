import type { MigrationInterface, QueryRunner } from 'typeorm';
import { boundToOrganization } from './1-organizations';

/** Plans, what each organization agreed to, and who its people are. */
export class Terms1780000000009 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    await runner.query(PLANS + CHANGES + MEMBERS);
    for (const table of ['organization_change', 'member']) await runner.query(boundToOrganization(table));
    await runner.query(KEYS_OF_MEMBERS);
  }

  public async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ${KEYS_OF_ORGANIZATIONS}
      ALTER TABLE api_key DROP COLUMN member_id;
      ALTER TABLE organization_head DROP COLUMN terms_version;
      DROP TABLE member, organization_change, plan_version;
    `);
  }
}

const PLANS = `
  -- Published versions of plans, numbered over all of them. The content alone is what the hash covers.
  CREATE TABLE plan_version (
    version       int4 PRIMARY KEY CHECK (version > 0),
    plan_id       text NOT NULL,
    content       text NOT NULL,
    content_hash  text NOT NULL CHECK (content_hash ~ '^[0-9a-f]{64}$'),
    effective_at  timestamptz NOT NULL,
    published_at  timestamptz NOT NULL,
    published_by  text NOT NULL
  );

  -- Literal, so that they stay what they were when this ran; a spec holds them equal to the domain's seeds.
  INSERT INTO plan_version (version, plan_id, content, content_hash, effective_at, published_at, published_by)
  SELECT version, plan_id, content, encode(sha256(convert_to(content, 'UTF8')), 'hex'), 'epoch', 'epoch', 'floopy'
    FROM (VALUES
      (1, 'free', '{"admission_mode":"strict","counting":{"cache_hits":1,"origins":["gateway","playground"],'
        '"outcomes":["succeeded","client_aborted"]},"failure_policy":{"type":"closed"},"features":["playground"],'
        '"hold":{"assumed_output_tokens":4096,"lifetime_seconds":600},"id":"free","included_requests":1000,'
        '"markup_basis_points":0,"name":"Free","overage_rate":null}'),
      (2, 'pro', '{"admission_mode":"strict","counting":{"cache_hits":1,"origins":["gateway","playground"],'
        '"outcomes":["succeeded","client_aborted"]},"failure_policy":{"type":"closed"},'
        '"features":["playground","byok","priority_tier","team_budgets"],'
        '"hold":{"assumed_output_tokens":4096,"lifetime_seconds":600},"id":"pro","included_requests":100000,'
        '"markup_basis_points":0,"name":"Pro","overage_rate":"0.1000000000"}'),
      (3, 'enterprise', '{"admission_mode":"strict","counting":{"cache_hits":1,"origins":["gateway","playground"],'
        '"outcomes":["succeeded","client_aborted"]},"failure_policy":{"exposure":"10000.0000000000","type":"open"},'
        '"features":["playground","byok","priority_tier","team_budgets"],'
        '"hold":{"assumed_output_tokens":4096,"lifetime_seconds":600},"id":"enterprise","included_requests":1000000,'
        '"markup_basis_points":0,"name":"Enterprise","overage_rate":"0.0500000000"}')
    ) AS seeded (version, plan_id, content);

  CREATE TRIGGER published_plan_is_immutable BEFORE UPDATE OR DELETE ON plan_version
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
  CREATE TRIGGER published_plans_are_kept BEFORE TRUNCATE ON plan_version
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

  GRANT SELECT, INSERT ON plan_version TO floopy_writer;
  GRANT SELECT ON plan_version TO floopy_reader;
`;

const CHANGES = `
  -- Each organization's stream of changes of its terms, beside its ledger and under the same lock: a change was made
  -- after the entry at its position and before the next one.
  CREATE TABLE organization_change (
    organization_key  int4 NOT NULL REFERENCES organization,
    change_number     int4 NOT NULL CHECK (change_number > 0),
    kind              int2 NOT NULL,
    position          int8 NOT NULL CHECK (position >= 0),
    recorded_at       timestamptz NOT NULL,
    effective_at      timestamptz NOT NULL CHECK (effective_at >= recorded_at),
    changed_by        text NOT NULL,
    content           text NOT NULL,
    PRIMARY KEY (organization_key, change_number)
  );
  CREATE TRIGGER append_only_rows BEFORE UPDATE OR DELETE ON organization_change
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
  CREATE TRIGGER append_only_table BEFORE TRUNCATE ON organization_change
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

  -- The number of the last change: whoever holds an organization's terms in memory knows by it whether they still are.
  ALTER TABLE organization_head ADD COLUMN terms_version int4 NOT NULL DEFAULT 0 CHECK (terms_version >= 0);

  GRANT SELECT, INSERT ON organization_change TO floopy_writer;
  GRANT SELECT ON organization_change TO floopy_reader;
`;

const MEMBERS = `
  -- Who may act for an organization now, written with the change that says so: what a key of a member is looked up with.
  CREATE TABLE member (
    organization_key  int4 NOT NULL REFERENCES organization,
    member_id         text NOT NULL,
    role              int2 NOT NULL,
    PRIMARY KEY (organization_key, member_id)
  );
  GRANT SELECT, INSERT, UPDATE, DELETE ON member TO floopy_writer;
  GRANT SELECT ON member TO floopy_reader;

  -- NULL: a key of no person, bounded by its scopes alone.
  ALTER TABLE api_key ADD COLUMN member_id text CHECK (member_id IS NULL OR organization_key IS NOT NULL);
`;

const KEYS_OF_MEMBERS = `
  -- What runs with the owner's rights reads roles; row-level security is forced, so the owner needs a policy for it.
  CREATE POLICY member_owner ON member FOR SELECT TO CURRENT_USER USING (true);

  -- A member's key is in force while its member is one.
  DROP FUNCTION find_api_key;
  CREATE FUNCTION find_api_key(wanted_hash bytea)
    RETURNS TABLE (key_id text, organization_id text, organization_key int4, scopes text[], member_id text, role int2)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    BEGIN ATOMIC
      SELECT api_key.key_id, organization.organization_id, api_key.organization_key, api_key.scopes,
             api_key.member_id, member.role
        FROM api_key
        LEFT JOIN organization USING (organization_key)
        LEFT JOIN member ON member.organization_key = api_key.organization_key
                        AND member.member_id = api_key.member_id
       WHERE api_key.key_hash = wanted_hash AND api_key.revoked_at IS NULL
         AND (api_key.member_id IS NULL OR member.role IS NOT NULL);
    END;
  REVOKE ALL ON FUNCTION find_api_key FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION find_api_key TO floopy_reader, floopy_writer;
`;

const KEYS_OF_ORGANIZATIONS = `
  DROP FUNCTION find_api_key;
  CREATE FUNCTION find_api_key(wanted_hash bytea)
    RETURNS TABLE (key_id text, organization_id text, organization_key int4, scopes text[])
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    BEGIN ATOMIC
      SELECT api_key.key_id, organization.organization_id, api_key.organization_key, api_key.scopes
        FROM api_key LEFT JOIN organization USING (organization_key)
       WHERE api_key.key_hash = wanted_hash AND api_key.revoked_at IS NULL;
    END;
  REVOKE ALL ON FUNCTION find_api_key FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION find_api_key TO floopy_reader, floopy_writer;
`;
