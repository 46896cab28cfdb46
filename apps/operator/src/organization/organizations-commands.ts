import { formatAmount, formatInstant } from '@floopy/domain';
import { listOrganizations, queriesOf } from '@floopy/postgres';
import type { Command } from 'commander';
import { type Act, addLeaf, type AnswerOptions, table } from '../command-line';
import { addCreate } from './create-command';
import { addStatusCommands } from './status-commands';

/** `organizations create|list|suspend|resume|close`. */
export function addOrganizations(program: Command, act: Act): void {
  const organizations = program.command('organizations').description('who holds a balance');
  addCreate(organizations, act);
  addStatusCommands(organizations, act);
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
