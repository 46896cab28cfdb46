import type { Guard } from '@floopy/application';
import type { SnapshotReader } from '../ledger/stream-connection';

const BATCH_SIZE = 1_000;
const REFUSES_ROWS = 'FOR EACH ROW EXECUTE FUNCTION refuse_change()';
const REFUSES_TABLE = 'FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()';

/** Triggers that must be there as they are; every other one that refuses changes must at least be enabled. */
const KEPT_BY_TRIGGERS: ReadonlyMap<string, string> = new Map([
  ['ledger_event.append_only_rows', `BEFORE DELETE OR UPDATE ON ledger_event ${REFUSES_ROWS}`],
  ['ledger_event.append_only_table', `BEFORE TRUNCATE ON ledger_event ${REFUSES_TABLE}`],
  ['organization_change.append_only_rows', `BEFORE DELETE OR UPDATE ON organization_change ${REFUSES_ROWS}`],
  ['organization_change.append_only_table', `BEFORE TRUNCATE ON organization_change ${REFUSES_TABLE}`],
  [
    'label.label_is_kept',
    `BEFORE DELETE OR UPDATE ON label FOR EACH ROW WHEN (old.kind = 1) EXECUTE FUNCTION refuse_change()`,
  ],
  ['label.label_table_is_kept', `BEFORE TRUNCATE ON label ${REFUSES_TABLE}`],
  ['plan_version.published_plan_is_immutable', `BEFORE DELETE OR UPDATE ON plan_version ${REFUSES_ROWS}`],
  ['plan_version.published_plans_are_kept', `BEFORE TRUNCATE ON plan_version ${REFUSES_TABLE}`],
  ['rate_card.published_card_is_immutable', `BEFORE DELETE OR UPDATE ON rate_card ${REFUSES_ROWS}`],
  ['rate_override.published_override_is_immutable', `BEFORE DELETE OR UPDATE ON rate_override ${REFUSES_ROWS}`],
  ['operator_act.append_only_rows', `BEFORE DELETE OR UPDATE ON operator_act ${REFUSES_ROWS}`],
  ['operator_act_outcome.append_only_rows', `BEFORE DELETE OR UPDATE ON operator_act_outcome ${REFUSES_ROWS}`],
  ['dead_letter_step.append_only_rows', `BEFORE DELETE OR UPDATE ON dead_letter_step ${REFUSES_ROWS}`],
]);

/** What nobody may change but by adding to it. */
const KEPT_TABLES =
  'ledger_event organization_change label plan_version rate_card rate_override operator_act operator_act_outcome dead_letter_step'.split(
    ' ',
  );

/** What a reader sees of a table: nothing but what belongs to the organization that its transaction is bound to. */
const BOUND_ROWS = 'SELECT (organization_key = bound_organization_key())';
const BOUND_OTHERWISE: ReadonlyMap<string, string> = new Map([
  [
    'dead_letter',
    'SELECT (organization_id = ( SELECT bound.organization_id FROM organization bound ' +
      'WHERE (bound.organization_key = bound_organization_key())))',
  ],
]);

/**
 * What the database itself refuses, as its catalogue says now: triggers that keep a row as it is, row-level security that
 * not even the owner escapes, and rights that nobody was given. Whoever switched one off for a moment is not found by it;
 * what was done meanwhile is, by the rest of verification.
 */
export async function readGuards(reader: SnapshotReader): Promise<Guard[]> {
  return [
    ...(await readTriggers(reader)),
    ...(await readRowSecurity(reader)),
    ...(await readPrivileges(reader)),
    ...(await readRoles(reader)),
  ];
}

async function readTriggers(reader: SnapshotReader): Promise<Guard[]> {
  const rows = await readAll(
    reader,
    `SELECT format('%s.%s', tgrelid::regclass, tgname),
            regexp_replace(pg_get_triggerdef(pg_trigger.oid, true), '^CREATE TRIGGER \\S+ ', ''),
            tgenabled IN ('O', 'A')
       FROM pg_trigger
      WHERE NOT tgisinternal AND (tgfoid = to_regproc('refuse_change') OR tgrelid = 'ledger_event'::regclass)
      ORDER BY 1`,
  );
  const found = new Map(
    rows.map(([subject, definition, enabled]) => [subject, enabled === 't' ? definition : 'disabled']),
  );
  const expected = new Map(rows.map(([subject, definition]) => [subject, definition]));
  for (const [subject, definition] of KEPT_BY_TRIGGERS) expected.set(subject, definition);
  const triggers = [...expected].map(([subject, definition]) =>
    guard('append_only', subject, definition, found.get(subject) ?? 'none'),
  );
  const [effect] = await readAll(
    reader,
    `SELECT CASE WHEN prosrc ~ '^\\s*BEGIN\\s+RAISE EXCEPTION' THEN 'raises' ELSE 'does not raise' END,
            current_setting('session_replication_role')
       FROM pg_proc
      WHERE oid = to_regproc('refuse_change')`,
  );
  return [
    ...triggers,
    guard('append_only', 'refuse_change()', 'raises', effect?.[0] ?? 'none'),
    // A session that takes itself for a replica fires no trigger.
    guard('append_only', 'session_replication_role', 'origin', effect?.[1] ?? 'none'),
  ];
}

/** Of every table of organizations that a reader may look into. */
async function readRowSecurity(reader: SnapshotReader): Promise<Guard[]> {
  const rows = await readAll(
    reader,
    `SELECT relname,
            CASE WHEN NOT relrowsecurity THEN 'off' WHEN NOT relforcerowsecurity THEN 'not forced' ELSE 'forced' END,
            (SELECT string_agg(regexp_replace(format('%s %s', cmd, qual), '\\s+', ' ', 'g'), '; ' ORDER BY policyname)
               FROM pg_policies
              WHERE schemaname = 'public' AND tablename = relname
                AND (roles && ARRAY['floopy_reader', 'public']::name[]))
       FROM pg_class
      WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
        AND has_any_column_privilege('floopy_reader', pg_class.oid, 'SELECT')
        AND EXISTS (SELECT FROM pg_attribute
                     WHERE attrelid = pg_class.oid AND attname IN ('organization_key', 'organization_id')
                       AND NOT attisdropped)
      ORDER BY relname`,
  );
  return rows.flatMap(([table, state, policies]) => [
    guard('row_security', table, 'forced', state),
    guard('row_security', `${table} for floopy_reader`, BOUND_OTHERWISE.get(table) ?? BOUND_ROWS, policies),
  ]);
}

async function readPrivileges(reader: SnapshotReader): Promise<Guard[]> {
  const rows = await readAll(
    reader,
    `SELECT relname, role,
            (SELECT string_agg(privilege, ', ' ORDER BY privilege)
               FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER']) AS privilege
              WHERE has_table_privilege(role, pg_class.oid, privilege)
                 OR (privilege = 'UPDATE' AND has_any_column_privilege(role, pg_class.oid, privilege)))
       FROM pg_class
      CROSS JOIN unnest(ARRAY['floopy_writer', 'floopy_reader']) AS role
      WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
      ORDER BY relname, role`,
  );
  return rows.flatMap(([table, role, privileges]) => {
    const subject = `${table} for ${role}`;
    // A reader may look into a table, or not.
    if (role === 'floopy_reader') {
      return privileges === 'none' ? [] : [guard('privilege', subject, 'SELECT', privileges)];
    }
    return KEPT_TABLES.includes(table) ? [guard('privilege', subject, 'INSERT, SELECT', privileges)] : [];
  });
}

async function readRoles(reader: SnapshotReader): Promise<Guard[]> {
  const rows = await readAll(
    reader,
    `SELECT rolname, CASE WHEN rolsuper THEN 'a superuser' WHEN rolbypassrls THEN 'past row-level security'
                          WHEN EXISTS (SELECT FROM pg_class WHERE relowner = pg_roles.oid) THEN 'an owner'
                          ELSE 'bound' END
       FROM pg_roles
      WHERE rolname IN ('floopy_writer', 'floopy_reader')
      ORDER BY rolname`,
  );
  return rows.map(([role, state]) => guard('privilege', role, 'bound', state));
}

function guard(kind: Guard['kind'], subject: string, expected: string, found: string): Guard {
  return { kind, subject, expected, found };
}

type TextRow = readonly [string, string, string];

/** Three columns at most; what is NULL is none. */
async function readAll(reader: SnapshotReader, text: string): Promise<TextRow[]> {
  const all: TextRow[] = [];
  for await (const rows of reader.stream({ cursor: 'guards', text, batchSize: BATCH_SIZE })) {
    for (const [first, second, third] of rows) all.push([first ?? 'none', second ?? 'none', third ?? 'none']);
  }
  return all;
}
