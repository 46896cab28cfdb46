/** A statement with its parameters. `name` makes it prepared, once for each connection. */
export interface Statement {
  readonly name?: string;
  readonly text: string;
  readonly values?: readonly unknown[];
}

/** Anything that runs statements: a pool, or one transaction. */
export interface Queries {
  query<Row extends object>(statement: Statement): Promise<Row[]>;
}

interface Client {
  query(config: { name?: string; text: string; values?: unknown[] }): Promise<{ rows: unknown[] }>;
}

/** Runs statements on a client or pool of the driver. */
export function queriesOf(client: Client): Queries {
  return {
    async query<Row extends object>(statement: Statement): Promise<Row[]> {
      const { name, text, values } = statement;
      const config = {
        ...(name === undefined ? {} : { name }),
        text,
        ...(values === undefined ? {} : { values: [...values] }),
      };
      const result = await client.query(config);
      // The text of the statement and this type stand side by side in one file, and its spec runs both.
      return result.rows as Row[];
    },
  };
}

/** The only row of a statement that always answers exactly one. */
export function onlyRow<Row>(rows: readonly Row[]): Row {
  const [row] = rows;
  if (row === undefined || rows.length !== 1) throw new Error(`expected one row, got ${rows.length}`);
  return row;
}
