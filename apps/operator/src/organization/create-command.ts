import { adjustBalance } from '@floopy/application';
import { type Amount, ID_MAX_LENGTH, type OrganizationId, organizationIdOf } from '@floopy/domain';
import {
  createAdjustmentStore,
  createOrganization,
  type DatabasePool,
  findOrganizationKey,
  queriesOf,
} from '@floopy/postgres';
import { sha256, systemClock } from '@floopy/runtime';
import type { Command } from 'commander';
import {
  type Act,
  addLeaf,
  amountOption,
  type Answer,
  type AnswerOptions,
  organizationArgument,
  wholeNumber,
} from '../command-line';
import { WrongUsage } from '../session/faults';

const MAX_MARKUP_BASIS_POINTS = 1_000_000;
const MAX_COUNT = 100_000;

interface CreateOptions extends AnswerOptions {
  readonly name?: string;
  readonly markup?: number;
  readonly credit?: Amount;
  readonly count?: number;
  readonly dryRun?: boolean;
}

/** `organizations create`: one, or with `--count` a numbered row of them for a trace, a drill or a benchmark. */
export function addCreate(organizations: Command, act: Act): void {
  addLeaf(organizations, {
    usage: 'create',
    description: 'create an organization with an empty ledger, or with a first credit',
    examples: [
      'organizations create org_acme --name Acme --credit 100000',
      'organizations create org_trace --count 50 --json',
    ],
    dryRun: 'check the request without creating anything',
  })
    .argument('<organization>', 'its id, which Kafka records are keyed by', organizationArgument)
    .option('--name <name>', 'how people call it; its id when absent')
    .option(
      '--markup <basis points>',
      'added to every charge; that of its plan when absent',
      wholeNumber(0, MAX_MARKUP_BASIS_POINTS),
    )
    .option('--credit <cents>', 'a first adjustment of its balance, made once', amountOption)
    .option(
      '--count <n>',
      'create <organization>_1 to _n; those that exist stay as they are',
      wholeNumber(1, MAX_COUNT),
    )
    .action((id: OrganizationId, options: CreateOptions) =>
      act(options, async (session) => {
        const pool = await session.database();
        return options.count === undefined
          ? createOne(pool, id, options)
          : createMany(pool, id, options.count, options);
      }),
    );
}

async function createOne(pool: DatabasePool, id: OrganizationId, options: CreateOptions): Promise<Answer> {
  if (!(await create(pool, id, options))) throw new WrongUsage(`${id} exists already; nothing was changed.`);
  const state = options.dryRun === true ? 'would_be_created' : 'created';
  return { json: { id, state }, text: `${id} ${state.replaceAll('_', ' ')}` };
}

async function createMany(
  pool: DatabasePool,
  prefix: OrganizationId,
  count: number,
  options: CreateOptions,
): Promise<Answer> {
  const ids = Array.from({ length: count }, (_, index) => organizationIdOf(`${prefix}_${index + 1}`));
  const [first = '', last = ''] = [ids[0], ids.at(-1)];
  if (last.length > ID_MAX_LENGTH) throw new WrongUsage(`${last} is longer than ${ID_MAX_LENGTH} characters.`);
  let created = 0;
  for (const id of ids) if (await create(pool, id, options)) created += 1;
  const state = options.dryRun === true ? 'would_be_created' : 'created';
  const json = { first_id: first, last_id: last, [state]: created, existing: count - created };
  return { json, text: `${created} organizations ${state.replaceAll('_', ' ')}, ${first} to ${last}` };
}

/** @returns false when it exists already. */
async function create(pool: DatabasePool, id: OrganizationId, options: CreateOptions): Promise<boolean> {
  const queries = queriesOf(pool);
  if (options.dryRun === true) return (await findOrganizationKey(queries, id)) === null;
  const organization = { id, name: options.name ?? id, markupBasisPoints: options.markup ?? null };
  if ((await createOrganization(queries, organization)).type === 'exists') return false;
  if (options.credit !== undefined) {
    await adjustBalance(
      { store: createAdjustmentStore(pool), clock: systemClock, sha256 },
      { organizationId: id, amount: options.credit, reason: 'first credit', idempotencyKey: 'first-credit' },
    );
  }
  return true;
}
