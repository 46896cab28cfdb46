import { adjustBalance } from '@floopy/application';
import { type Amount, formatAmount, formatInstant, type OrganizationId } from '@floopy/domain';
import { createAdjustmentStore, createOrganization, listOrganizations, queriesOf } from '@floopy/postgres';
import { sha256, systemClock } from '@floopy/runtime';
import type { Command } from 'commander';
import {
  type Act,
  addLeaf,
  amountOption,
  type AnswerOptions,
  organizationArgument,
  table,
  wholeNumber,
} from '../command-line';
import { WrongUsage } from '../session/faults';

const MAX_MARKUP_BASIS_POINTS = 1_000_000;

interface CreateOptions extends AnswerOptions {
  readonly name?: string;
  readonly markup: number;
  readonly credit?: Amount;
  readonly dryRun?: boolean;
}

/** `organizations create|list`. */
export function addOrganizations(program: Command, act: Act): void {
  const organizations = program.command('organizations').description('who holds a balance');
  addCreate(organizations, act);
  addLeaf(organizations, {
    usage: 'list',
    description: 'every organization with its position and balance',
    examples: ['organizations list', 'organizations list --json'],
  }).action((options: AnswerOptions) =>
    act(options, async (session) => {
      const listed = await listOrganizations(queriesOf(await session.database()));
      const json = listed.map(({ organization, createdAt, position, balance }) => ({
        id: organization.id,
        name: organization.name,
        markup_basis_points: organization.markupBasisPoints,
        created_at: formatInstant(createdAt),
        position,
        balance: formatAmount(balance),
      }));
      const rows = json.map((row) => [row.id, row.name, String(row.position), row.balance]);
      return {
        json: { organizations: json },
        text: table([['ORGANIZATION', 'NAME', 'POSITION', 'BALANCE (CENTS)'], ...rows]),
      };
    }),
  );
}

function addCreate(organizations: Command, act: Act): void {
  addLeaf(organizations, {
    usage: 'create',
    description: 'create an organization with an empty ledger, or with a first credit',
    examples: ['organizations create org_acme --name Acme', 'organizations create org_acme --credit 100000 --json'],
    dryRun: 'check the request without creating anything',
  })
    .argument('<organization>', 'its id, which Kafka records are keyed by', organizationArgument)
    .option('--name <name>', 'how people call it; its id when absent')
    .option('--markup <basis points>', 'added to every charge', wholeNumber(0, MAX_MARKUP_BASIS_POINTS), 0)
    .option('--credit <cents>', 'a first adjustment of its balance, made once', amountOption)
    .action((id: OrganizationId, options: CreateOptions) =>
      act(options, async (session) => {
        const organization = { id, name: options.name ?? id, markupBasisPoints: options.markup };
        const pool = await session.database();
        if (options.dryRun === true) return answerOf(id, 'would be created');
        const created = await createOrganization(queriesOf(pool), organization);
        if (created.type === 'exists') throw new WrongUsage(`${id} exists already; nothing was changed.`);
        if (options.credit !== undefined) {
          await adjustBalance(
            { store: createAdjustmentStore(pool), clock: systemClock, sha256 },
            { organizationId: id, amount: options.credit, reason: 'first credit', idempotencyKey: 'first-credit' },
          );
        }
        return answerOf(id, 'created');
      }),
    );
}

function answerOf(id: OrganizationId, state: string) {
  return { json: { id, state: state.replaceAll(' ', '_') }, text: `${id} ${state}` };
}
