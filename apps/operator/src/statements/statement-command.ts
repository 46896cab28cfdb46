import { encodeStatement, type StatementView } from '@floopy/contracts';
import { type Instant, type OrganizationId, statementPeriod } from '@floopy/domain';
import { inOneSnapshot, queriesOf, readStatement, readTerms } from '@floopy/postgres';
import { systemClock } from '@floopy/runtime';
import { type Command, Option } from 'commander';
import {
  type Act,
  addLeaf,
  type Answer,
  type AnswerOptions,
  organizationArgument,
  table,
  timeOption,
} from '../command-line';
import { requireOrganization } from '../organization/require-organization';
import { WrongUsage } from '../session/faults';
import type { Session } from '../session/session';
import { totalThen } from './total-then';

interface StatementOptions extends AnswerOptions {
  readonly format?: 'json' | 'csv';
  readonly all?: boolean;
  readonly at?: Instant;
}

type ShownStatement = Omit<StatementView, 'watermark'>;

/** `statement <org> <period>`, and `statement --all --at <instant>`. */
export function addStatement(program: Command, act: Act): void {
  addLeaf(program, {
    usage: 'statement',
    description:
      'what moved the balance of an organization in a period, by when it was recorded; or what all of them held at an instant',
    examples: [
      'statement org_acme 2026-11',
      'statement org_acme 2026-11-23T00:00:00Z --format csv',
      'statement --all --at 2026-12-01T00:00:00Z',
    ],
  })
    .argument('[organization]', 'its id', organizationArgument)
    .argument('[period]', 'a calendar month in UTC, or a time in one of its billing periods')
    .addOption(new Option('--format <format>', 'json is the same as --json').choices(['json', 'csv']))
    .option(
      '--all',
      'the balances of all organizations at an instant, and their total: exit 1 when the ledgers sum otherwise',
    )
    .option('--at <time>', 'with --all: the instant, such as 2026-12-01T00:00:00Z', timeOption)
    .action((organizationId: OrganizationId | undefined, period: string | undefined, options: StatementOptions) =>
      act({ json: options.json === true || options.format === 'json' }, (session) => {
        if (options.all === true) return showTotal(session, organizationId, options);
        if (options.at !== undefined) throw new WrongUsage('--at goes with --all; a statement is of a period.');
        if (organizationId === undefined || period === undefined) {
          throw new WrongUsage(
            'Name an organization and a period, such as "statement org_acme 2026-11", or --all --at.',
          );
        }
        return showStatement(session, organizationId, period, options);
      }),
    );
}

function showTotal(
  session: Session,
  organizationId: OrganizationId | undefined,
  options: StatementOptions,
): Promise<Answer> {
  if (organizationId !== undefined) throw new WrongUsage('--all is of every organization: leave the id out.');
  if (options.at === undefined) throw new WrongUsage('--all asks for an instant: --at 2026-12-01T00:00:00Z.');
  return totalThen(session, options.at, options.format === 'csv');
}

async function showStatement(
  session: Session,
  organizationId: OrganizationId,
  text: string,
  { format }: StatementOptions,
): Promise<Answer> {
  const pool = await session.database();
  const { organizationKey } = await requireOrganization(queriesOf(pool), organizationId);
  const view = await inOneSnapshot(pool, async (queries) => {
    const { anchors } = await readTerms(queries, organizationKey);
    const period = statementPeriod(text, anchors);
    if (period === null) {
      throw new WrongUsage(
        `${text} is no period: name a month, such as 2026-11, or a time, such as 2026-11-23T00:00:00Z.`,
      );
    }
    const statement = await readStatement(queries, organizationKey, period);
    return encodeStatement(organizationId, statement, systemClock() >= period.end);
  });
  const lines = linesOf(view);
  const header = ['LINE', 'ENTRIES', 'AMOUNT (CENTS)', 'OF WHICH LATE'];
  return { json: view, text: format === 'csv' ? csvOf(view) : [titleOf(view), table([header, ...lines])].join('\n') };
}

/** Line, entries, amount, and of it what occurred before the period. */
function linesOf({ opening, payments, usage, adjustments, closing }: ShownStatement): string[][] {
  const ofUsage = (['request', 'playground'] as const).flatMap((type) => {
    const { charges, corrections, late } = usage[type];
    return [
      [
        `${type} charges and corrections`,
        String(charges.entries + corrections.entries),
        usage[type].amount,
        late.amount,
      ],
      [`  ${type} corrections`, String(corrections.entries), corrections.amount, ''],
    ];
  });
  return [
    ['opening', '', opening.balance, ''],
    ['payments', String(payments.entries), payments.amount, ''],
    ...ofUsage,
    ['adjustments', String(adjustments.entries), adjustments.amount, ''],
    ['closing', '', closing.balance, ''],
  ];
}

function titleOf({ organization_id: id, period, is_final: isFinal, opening, closing }: ShownStatement): string {
  const state = isFinal ? '' : ' (so far: the period is not over)';
  return `${id} from ${period.start} to ${period.end}${state}, positions ${opening.position + 1} to ${closing.position}`;
}

function csvOf({
  organization_id: id,
  period,
  opening,
  payments,
  usage,
  adjustments,
  closing,
}: ShownStatement): string {
  const line = (name: string, entries: number | '', amount: string, late: string): string =>
    [id, period.start, period.end, name, entries, amount, late].join(',');
  const ofUsage = (['request', 'playground'] as const).flatMap((type) => {
    const { charges, corrections, late } = usage[type];
    return [
      line(`${type}_charges`, charges.entries, charges.amount, ''),
      line(`${type}_corrections`, corrections.entries, corrections.amount, ''),
      line(`${type}_late_included`, late.entries, '', late.amount),
    ];
  });
  return [
    'organization_id,period_start,period_end,line,entries,amount_cents,late_amount_cents',
    line('opening', '', opening.balance, ''),
    line('payments', payments.entries, payments.amount, ''),
    ...ofUsage,
    line('adjustments', adjustments.entries, adjustments.amount, ''),
    line('closing', '', closing.balance, ''),
  ].join('\n');
}
