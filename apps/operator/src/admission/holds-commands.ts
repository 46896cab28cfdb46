import { userInfo } from 'node:os';
import { encodeHold } from '@floopy/contracts';
import { formatAmount, formatInstant, type Hold, type OrganizationId } from '@floopy/domain';
import { listHoldingOrganizations, queriesOf } from '@floopy/postgres';
import { systemClock } from '@floopy/runtime';
import type { Command } from 'commander';
import {
  type Act,
  addLeaf,
  type Answer,
  type AnswerOptions,
  identifierArgument,
  organizationArgument,
  table,
  wholeNumber,
} from '../command-line';
import { requireOrganization } from '../organization/require-organization';
import { WrongUsage } from '../session/faults';
import type { Session } from '../session/session';
import type { HeldReading } from './held-reading';
import { openHolds } from './open-holds';

const USUAL_LIMIT = 50;
const MOST_LISTED = 10_000;
/** Whoever names a hold finds it, however many there are. */
const ALL = 1_000_000_000;

interface ListOptions extends AnswerOptions {
  readonly leaked?: boolean;
  readonly limit: number;
}

interface ReleaseOptions extends AnswerOptions {
  readonly attempt?: string;
  readonly reason: string;
  readonly by: string;
  readonly dryRun?: boolean;
}

/** `holds list|release`. */
export function addHolds(program: Command, act: Act): void {
  const holds = program.command('holds').description('credits that are set aside for requests which run');
  addLeaf(holds, {
    usage: 'list',
    description: 'what is held, and what leaked: nobody settled or released it before it expired',
    examples: ['holds list', 'holds list org_acme', 'holds list org_acme --leaked --json'],
  })
    .argument('[organization]', 'its id; every one that holds anything when absent', organizationArgument)
    .option('--leaked', 'list those that leaked, the last first, instead of those that are open')
    .option('--limit <n>', 'list so many at most; all are counted', wholeNumber(1, MOST_LISTED), USUAL_LIMIT)
    .action((organizationId: OrganizationId | undefined, options: ListOptions) =>
      act(options, (session) =>
        organizationId === undefined ? listAll(session, options) : listOne(session, organizationId, options),
      ),
    );
  addRelease(holds, act);
}

function addRelease(holds: Command, act: Act): void {
  addLeaf(holds, {
    usage: 'release',
    description: 'give back what is held for a request that will not run; one that does is charged all the same',
    examples: [
      'holds release org_acme req_7Qd --reason "its gateway is gone"',
      'holds release org_acme req_7Qd --attempt att_2 --reason test --dry-run',
    ],
    dryRun: 'tell what would be released',
  })
    .argument('<organization>', 'its id', organizationArgument)
    .argument('<request>', 'the id of the request', identifierArgument)
    .requiredOption('--reason <text>', 'why; it is recorded with who did it')
    .option('--attempt <id>', 'the attempt that it is held for; without one when absent', identifierArgument)
    .option('--by <operator>', 'who does it', userInfo().username)
    .action((organizationId: OrganizationId, requestId: string, options: ReleaseOptions) =>
      act(options, (session) => release(session, organizationId, requestId, options)),
    );
}

async function listAll(session: Session, { leaked = false }: ListOptions): Promise<Answer> {
  const holds = await openHolds(session);
  const now = systemClock();
  const organizations = [];
  for (const id of await listHoldingOrganizations(queriesOf(await session.database()))) {
    organizations.push(sumsOf(id, await holds.read(id, now, 0)));
  }
  const listed = leaked ? organizations.filter((each) => each.leaked > 0) : organizations;
  const rows = listed.map((each) => [
    each.organization_id,
    String(each.open),
    each.open_amount,
    String(each.leaked),
    each.leaked_amount,
    String(each.position),
  ]);
  const header = ['ORGANIZATION', 'OPEN', 'HELD (CENTS)', 'LEAKED', 'LEAKED (CENTS)', 'POSITION'];
  return { json: { store: holds.store, organizations: listed }, text: table([header, ...rows]) };
}

async function listOne(session: Session, id: OrganizationId, { leaked, limit }: ListOptions): Promise<Answer> {
  await requireOrganization(queriesOf(await session.database()), id);
  const holds = await openHolds(session);
  const reading = await holds.read(id, systemClock(), limit);
  const shown = leaked === true ? reading.leaked.newest.slice(0, limit) : reading.holds;
  const sums = sumsOf(id, reading);
  const json = { store: holds.store, ...sums, [leaked === true ? 'leaked_holds' : 'holds']: shown.map(encodeHold) };
  const summary =
    `${id}: ${sums.open} open, ${sums.open_amount} cents held; ${sums.leaked} leaked, ${sums.leaked_amount} cents ` +
    `(${holds.store}, position ${sums.position})`;
  return { json, text: shown.length === 0 ? summary : `${summary}\n\n${table([HEADER, ...shown.map(rowOf)])}` };
}

function sumsOf(organizationId: OrganizationId, reading: HeldReading) {
  const { openHolds: open, held, openRequests, leaked, recoveringUntil, position } = reading;
  return {
    organization_id: organizationId,
    open,
    open_amount: formatAmount(held),
    open_requests: openRequests,
    leaked: leaked.holds,
    leaked_amount: formatAmount(leaked.amount),
    recovering_until: recoveringUntil === null ? null : formatInstant(recoveringUntil),
    position,
  };
}

const HEADER = ['REQUEST', 'ATTEMPT', 'TEAM', 'CENTS', 'ADMITTED', 'EXPIRES', 'HOLD'];

function rowOf({ requestId, attemptId, teamId, amount, admittedAt, expiresAt, holdId }: Hold): string[] {
  const times = [admittedAt, expiresAt].map(formatInstant);
  return [requestId, attemptId ?? '', teamId ?? '', formatAmount(amount), ...times, holdId];
}

async function release(
  session: Session,
  organizationId: OrganizationId,
  requestId: string,
  { attempt, reason, by, dryRun = false }: ReleaseOptions,
): Promise<Answer> {
  await requireOrganization(queriesOf(await session.database()), organizationId);
  const holds = await openHolds(session);
  const now = systemClock();
  const key = { requestId, attemptId: attempt ?? null };
  const open = (await holds.read(organizationId, now, ALL)).holds;
  const hold = open.find((each) => each.requestId === requestId && each.attemptId === key.attemptId);
  const answer =
    hold === undefined || dryRun ? null : await holds.release({ organizationId, ...key, releasedBy: by, reason }, now);
  if (hold === undefined || (answer !== null && answer !== 'released')) {
    throw new WrongUsage(
      `Nothing is held for ${requestId}${attempt === undefined ? ' (without --attempt)' : `, attempt ${attempt}`}: it was never ` +
        `admitted, has run, was released, or has expired. "holds list ${organizationId}" shows what is.`,
    );
  }
  const state = dryRun ? 'would_be_released' : 'released';
  const json = { organization_id: organizationId, state, hold: encodeHold(hold), reason, released_by: by };
  return {
    json,
    text: `${hold.holdId} of ${requestId}, ${formatAmount(hold.amount)} cents: ${state.replaceAll('_', ' ')}`,
  };
}
