import type { ActOutcome, OperatorAct } from '@floopy/application';
import { type Instant, instantOfMilliseconds } from '@floopy/domain';
import type { Queries } from '../connection/queries';
import { timestampOf } from '../connection/timestamp';

/** What an operator did, with what came of it. */
export interface ListedAct extends OperatorAct {
  readonly actNumber: number;
  readonly begunAt: Instant;
  /** Null while it runs, and for good when whoever did it was killed. */
  readonly ended: (ActOutcome & { readonly at: Instant }) | null;
}

export interface ActFilter {
  /** Begun at or after. */
  readonly from: Instant | null;
  /** Begun before. */
  readonly to: Instant | null;
  /** This command, or every one that begins with these words. */
  readonly command: string | null;
  /** Only acts before this one: the last of the page before. */
  readonly below: number | null;
  readonly limit: number;
}

interface ActRow {
  readonly act_number: string;
  readonly begun_at: Date;
  readonly actor: string;
  readonly account: string;
  readonly channel: OperatorAct['channel'];
  readonly command: string;
  readonly arguments: unknown;
  readonly plan: string | null;
  readonly ended_at: Date | null;
  readonly outcome: ActOutcome['type'] | null;
  readonly detail: string | null;
}

/** What operators did, the last first. */
export async function listActs(queries: Queries, { from, to, command, below, limit }: ActFilter): Promise<ListedAct[]> {
  const rows = await queries.query<ActRow>({
    name: 'list_acts',
    text: `
      SELECT act_number, begun_at, actor, account, channel, command, arguments, plan, ended_at, outcome, detail
        FROM operator_act
        LEFT JOIN operator_act_outcome USING (act_number)
       WHERE ($1::timestamptz IS NULL OR begun_at >= $1)
         AND ($2::timestamptz IS NULL OR begun_at < $2)
         AND ($5::int8 IS NULL OR act_number < $5)
         AND ($3::text IS NULL OR command = $3 OR starts_with(command, $3 || ' '))
       ORDER BY act_number DESC
       LIMIT $4`,
    values: [from === null ? null : timestampOf(from), to === null ? null : timestampOf(to), command, limit, below],
  });
  return rows.map(mapAct);
}

function mapAct(row: ActRow): ListedAct {
  const { actor, account, channel, command, plan, outcome, ended_at: endedAt } = row;
  return {
    actNumber: Number(row.act_number),
    begunAt: instantOfMilliseconds(row.begun_at.getTime()),
    actor,
    account,
    channel,
    command,
    arguments: row.arguments,
    plan,
    ended:
      outcome === null || endedAt === null
        ? null
        : { type: outcome, detail: row.detail, at: instantOfMilliseconds(endedAt.getTime()) },
  };
}
