import { userInfo } from 'node:os';
import { formatAmount, type OrganizationId, type OrganizationStatus, statusAt } from '@floopy/domain';
import { queriesOf, readTerms } from '@floopy/postgres';
import { systemClock } from '@floopy/runtime';
import type { Command } from 'commander';
import { openHolds } from '../admission/open-holds';
import { type Act, addLeaf, type Answer, organizationArgument } from '../command-line';
import type { Session } from '../session/session';
import { type ChangeOptions, makeChange } from './make-change';
import { requireOrganization } from './require-organization';

interface StatusCommand {
  readonly name: string;
  readonly status: OrganizationStatus;
  readonly description: string;
  readonly example: string;
}

const COMMANDS: readonly StatusCommand[] = [
  {
    name: 'suspend',
    status: 'suspended',
    description: 'refuse every request that asks from now on; what runs, and what it has, stays',
    example: '--reason "invoice 7 is not paid"',
  },
  {
    name: 'resume',
    status: 'active',
    description: 'admit requests of a suspended one again',
    example: '--reason "invoice 7 is paid"',
  },
  {
    name: 'close',
    status: 'closed',
    description: 'refuse its requests for good, and any other change of it; its ledger and balance stay',
    example: '--reason "contract ended" --dry-run',
  },
];

/** `organizations suspend|resume|close`. */
export function addStatusCommands(organizations: Command, act: Act): void {
  for (const { name, status, description, example } of COMMANDS) {
    addLeaf(organizations, {
      usage: name,
      description,
      examples: [`organizations ${name} org_acme ${example}`],
      dryRun: 'tell what would be changed',
    })
      .argument('<organization>', 'its id', organizationArgument)
      .requiredOption('--reason <text>', 'why; it is recorded with who did it')
      .option('--by <operator>', 'who does it', userInfo().username)
      .action((id: OrganizationId, options: ChangeOptions & { readonly reason: string }) =>
        act(options, (session) => changeStatus(session, id, status, options)),
      );
  }
}

async function changeStatus(
  session: Session,
  organizationId: OrganizationId,
  status: OrganizationStatus,
  options: ChangeOptions & { readonly reason: string },
): Promise<Answer> {
  const pool = await session.database();
  const change = { type: 'status', status, reason: options.reason } as const;
  const { state } = await makeChange(pool, organizationId, change, options);
  const { organizationKey } = await requireOrganization(queriesOf(pool), organizationId);
  const now = systemClock();
  const terms = await readTerms(queriesOf(pool), organizationKey);
  const held = await (await openHolds(session)).read(organizationId, now, 0);
  const json = {
    organization_id: organizationId,
    status: statusAt(terms, now),
    state,
    terms_version: terms.version,
    balance: formatAmount(held.balance),
    open_holds: held.openHolds,
    open_amount: formatAmount(held.held),
    late_usage: 'charged_and_counted',
    position: held.position,
  };
  const text = [
    `${organizationId} ${state.replaceAll('_', ' ')}: it is ${json.status}`,
    `it has ${json.balance} cents at position ${json.position}, and ${json.open_amount} held for ${json.open_holds} requests`,
    'usage that still arrives was served: it is charged, and counts',
  ];
  return { json, text: text.join('\n') };
}
