import type { MigrationInterface, QueryRunner } from 'typeorm';
import { boundToOrganization } from './1-organizations';

/** Balances of several organizations in one round trip, each of them behind row-level security as before. */
export class CurrentBalances1780000000016 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Whether an organization may be held for is of the same moment as its balance.
      GRANT SELECT ON held_organization TO floopy_reader;
      ${boundToOrganization('held_organization')}
      ${BALANCES}
      REVOKE ALL ON FUNCTION read_current_balances FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION read_current_balances TO floopy_reader, floopy_writer;
    `);
  }

  public async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP FUNCTION read_current_balances;
      DROP POLICY held_organization_reader ON held_organization;
      DROP POLICY held_organization_writer ON held_organization;
      ALTER TABLE held_organization NO FORCE ROW LEVEL SECURITY;
      ALTER TABLE held_organization DISABLE ROW LEVEL SECURITY;
      REVOKE SELECT ON held_organization FROM floopy_reader;
    `);
  }
}

/** How the requests of a period are counted from the ledger's rows, which a later migration counts otherwise. */
export const REQUESTS_IN_ROWS = `SELECT count(*)
                                      FROM ledger_event
                                     WHERE organization_key = wanted AND counted`;

export const BALANCES = `
  -- It runs with the rights of who calls, and binds the transaction to one organization after the other: a reader passes
  -- row-level security for each of them, and is bound in the end as it was before. STABLE: everything is of the one moment
  -- at which the statement began. No row for an organization that does not exist.
  --
  -- Spending by hour, counted in hours since 1970, is told from the position up to which the caller knows it (spent_from).
  -- Where that is 0 or too far back, it is all there is since from_hour, and spent_from is 0; NULL when the follower has not
  -- absorbed more entries than most_behind.
  CREATE FUNCTION read_current_balances(wanted_keys int4[], period_starts timestamptz[], period_ends timestamptz[],
                                        known_positions int8[], asked_at timestamptz, from_hour timestamptz,
                                        spend_follower int2, most_behind int8)
    RETURNS TABLE (organization_key int4, sequence int8, balance numeric, recorded_at timestamptz, terms_version int4,
                   published_version int8, requests_used int8, requests_overage int8, overage_incurred numeric,
                   has_open_holds bool, is_held bool,
                   spent_from int8, spent_hours int4[], spent_amounts text[])
    LANGUAGE plpgsql STABLE
    AS $$
      #variable_conflict use_column
      DECLARE
        bound_before text := current_setting('floopy.organization_key', true);
        bound text;
        wanted int4;
        period_from timestamptz;
        period_until timestamptz;
        absorbed int8;
        last_sequence int8;
      BEGIN
        FOR place IN 1 .. cardinality(wanted_keys) LOOP
          wanted := wanted_keys[place];
          period_from := period_starts[place];
          period_until := period_ends[place];
          spent_from := known_positions[place];
          spent_hours := NULL;
          spent_amounts := NULL;
          bound := set_config('floopy.organization_key', wanted::text, true);

          SELECT head.organization_key, head.sequence, head.sequence, head.balance, head.recorded_at, head.terms_version,
                 (SELECT version FROM published_prices),
                 -- Counted by the periods that requests were posted in, where those are cut as this one is. No period
                 -- is longer than a month.
                 (SELECT CASE WHEN bool_and(period_start = period_from AND period_end = period_until) IS NOT FALSE
                              THEN coalesce(sum(requests), 0)::int8
                              ELSE (${REQUESTS_IN_ROWS}
                                       AND occurred_at >= period_from AND occurred_at < period_until)
                         END
                    FROM monthly_usage
                   WHERE organization_key = wanted
                     AND period_start > period_from - interval '32 days' AND period_start < period_until
                     AND period_end > period_from),
                 coalesce(beyond.requests + beyond.late_requests, 0), coalesce(beyond.amount + beyond.late_amount, 0),
                 EXISTS (SELECT FROM hold WHERE organization_key = wanted AND state = 1 AND expires_at > asked_at),
                 EXISTS (SELECT FROM held_organization WHERE organization_key = wanted)
            INTO organization_key, sequence, last_sequence, balance, recorded_at, terms_version, published_version,
                 requests_used, requests_overage, overage_incurred, has_open_holds, is_held
            FROM organization_head AS head
            LEFT JOIN period_overage AS beyond
                   ON beyond.organization_key = wanted AND beyond.period_start = period_from
           WHERE head.organization_key = wanted;
          CONTINUE WHEN NOT FOUND;

          IF coalesce(spent_from, 0) = 0 OR spent_from > last_sequence OR last_sequence - spent_from > most_behind THEN
            SELECT coalesce(max(checkpoint.sequence), 0) INTO absorbed
              FROM follower_checkpoint AS checkpoint
             WHERE checkpoint.organization_key = wanted AND checkpoint.follower = spend_follower;
            spent_from := CASE WHEN last_sequence - absorbed <= most_behind THEN 0 END;
          ELSE
            absorbed := spent_from;
          END IF;
          IF absorbed < last_sequence OR spent_from = 0 THEN
            SELECT array_agg(spent.hour), array_agg(spent.amount::text) INTO spent_hours, spent_amounts
              FROM (SELECT (extract(epoch FROM hour) / 3600)::int4 AS hour, spend AS amount
                      FROM hourly_spend
                     WHERE organization_key = wanted AND hour >= from_hour AND spent_from = 0
                     UNION ALL
                    SELECT div(extract(epoch FROM occurred_at), 3600)::int4, -sum(amount)
                      FROM ledger_event
                     -- Bounded on both sides, so that the rows are found by their positions.
                     WHERE organization_key = wanted AND sequence > absorbed AND sequence <= last_sequence
                       AND request_id IS NOT NULL AND occurred_at >= from_hour
                     GROUP BY 1) AS spent
             WHERE spent_from IS NOT NULL;
          END IF;
          RETURN NEXT;
        END LOOP;
        bound := set_config('floopy.organization_key', coalesce(bound_before, ''), true);
      END
    $$;
`;
