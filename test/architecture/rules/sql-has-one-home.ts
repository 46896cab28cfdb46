import { productFiles, treeOf, type Repository, type RepositoryFile } from '../repository/repository';
import type { Rule, Violation } from '../repository/rule';
import { lineOf, literalText, walk } from '../repository/syntax';

const OUTSIDE_POSTGRES = /^(?:apps|deploy|libs\/(?!postgres\/))/;

/** Statements as they are written, upper or lower case; "Select a plan from the list" is prose. */
const STATEMENTS = [
  /(?:^|[\s(])(?:SELECT\s[\s\S]*\sFROM|select\s[\s\S]*\sfrom)\s+[\w"$(]/,
  /^\s*(?:SELECT|select)\s+(?:\d+|[\w.]+\()/,
  /(?:^|\s)(?:INSERT\s+INTO|insert\s+into|DELETE\s+FROM|delete\s+from)\s+[\w"$]/,
  /(?:^|\s)(?:UPDATE\s+[\w".$]+\s+SET|update\s+[\w".$]+\s+set)\s/,
  /^\s*(?:CREATE|ALTER|DROP|create|alter|drop)\s+(?:TABLE|DATABASE|ROLE|USER|INDEX|SCHEMA|FUNCTION|TRIGGER|VIEW|table|database|role|user|index|schema|function|trigger|view)\s/,
  /^\s*(?:TRUNCATE|truncate|GRANT|grant|REVOKE|revoke)\s+[\w"]+[\s\S]*$(?<=[;\w"])/,
  /^\s*(?:BEGIN|COMMIT|ROLLBACK|begin|commit|rollback)\s*;?\s*$/,
  /^\s*(?:SET|set)\s+(?:LOCAL|SESSION|local|session|ROLE|role)\s/,
];

function findStraySql(repository: Repository): Violation[] {
  return productFiles(repository, OUTSIDE_POSTGRES).flatMap(straySql);
}

function straySql(file: RepositoryFile): Violation[] {
  const violations: Violation[] = [];
  walk(treeOf(file), (node) => {
    const text = literalText(node);
    if (text === undefined || !STATEMENTS.some((statement) => statement.test(text))) return;
    const message = `SQL outside of libs/postgres: ${text.trim().slice(0, 40)}`;
    violations.push({ path: file.path, line: lineOf(node), message });
  });
  return violations;
}

function refused(title: string, text: string): Rule['refuses'][number] {
  return { title, files: { 'apps/api/src/balance.ts': text }, because: 'SQL outside' };
}

export const sqlHasOneHome: Rule = {
  name: 'SQL is written in libs/postgres only',
  check: findStraySql,
  refuses: [
    refused('a query', "run('SELECT balance FROM organization');"),
    refused('a query in a template', 'run(`\n  select *\n    from ledger where id = ${id}`);'),
    refused('a function call', "run('SELECT pg_advisory_lock(1)');"),
    refused('an insert', "run('INSERT INTO ledger VALUES (1)');"),
    refused('an update', "run('UPDATE ledger SET amount = 0');"),
    refused('a delete', "run('delete from ledger');"),
    refused('a definition', "run('CREATE TABLE ledger (id text)');"),
    refused('a transaction', "run('BEGIN');"),
    refused('a setting', "run('SET LOCAL role reader');"),
  ],
  accepts: [
    {
      title: 'prose, and SQL where it belongs',
      files: {
        'apps/operator/src/words.ts':
          "say('Select a plan from the list'); say('update the rate card'); say('begin here');",
        'libs/postgres/src/ledger/read.ts': "run('SELECT 1 FROM ledger');",
        'test/support/rows.ts': "run('SELECT 1 FROM ledger');",
        'libs/kafka/src/a.int.spec.ts': "run('SELECT 1 FROM ledger');",
      },
    },
  ],
};
