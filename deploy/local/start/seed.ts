import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Operator, ServerAddresses } from './operator';

export interface SeedRequest {
  readonly operator: Operator;
  /** Keys are shown once, when they are made: this start's are kept here for the next one. */
  readonly directory: string;
  readonly servers: ServerAddresses;
  readonly note: (text: string) => void;
}

const ORGANIZATIONS = [
  { id: 'org_acme', name: 'Acme' },
  { id: 'org_globex', name: 'Globex' },
];
/** What each organization starts with: 1,000 dollars. */
const CREDIT_CENTS = '100000.0000000000';
const ORGANIZATION_SCOPES = ['balance:read', 'ledger:read', 'requests:read', 'usage:read', 'admission:write'];
const TERMS_SCOPES = ['plan:write', 'overage:write', 'members:write', 'budgets:write', 'alerts:write'];
const OPERATOR_SCOPES = [...ORGANIZATION_SCOPES, ...TERMS_SCOPES, 'operator'];

const seedsSchema = z.object({
  /** Which database the keys belong to; under another address they are worth nothing. */
  database_url: z.string(),
  operator_api_key: z.string(),
  organizations: z.array(z.object({ id: z.string(), name: z.string(), api_key: z.string() })),
});
export type Seeds = z.infer<typeof seedsSchema>;

const keySchema = z.object({ api_key: z.string() });
const cardsSchema = z.object({ rate_cards: z.array(z.unknown()) });
const organizationsSchema = z.object({ organizations: z.array(z.object({ id: z.string() })) });

/** Topics, a rate card in force, organizations with credit, and their API keys; what is there already stays. */
export async function seed(request: SeedRequest): Promise<Seeds> {
  const { operator } = request;
  // Each command is a process of its own, and these three know nothing of each other.
  const [, , created] = await Promise.all([
    operator('topics', 'apply'),
    provideRateCard(request),
    provideOrganizations(operator),
  ]);
  // An organization that had to be made says that the keys of a former start were for another ledger.
  const kept = created === 0 ? readSeeds(request) : undefined;
  return kept ?? (await makeKeys(request));
}

async function provideRateCard({ operator, directory, note }: SeedRequest): Promise<void> {
  const { rate_cards: cards } = cardsSchema.parse(await operator('rate-cards', 'list'));
  if (cards.length > 0) return;
  note('importing and publishing a rate card');
  const file = join(directory, 'rate-card.json');
  await operator('rate-cards', 'import', '--out', file);
  await operator('rate-cards', 'publish', file);
}

/** @returns how many had to be made. */
async function provideOrganizations(operator: Operator): Promise<number> {
  const known = organizationsSchema.parse(await operator('organizations', 'list')).organizations.map(({ id }) => id);
  const missing = ORGANIZATIONS.filter(({ id }) => !known.includes(id));
  for (const { id, name } of missing) {
    await operator('organizations', 'create', id, '--name', name, '--credit', CREDIT_CENTS);
  }
  return missing.length;
}

async function makeKeys({ operator, directory, servers, note }: SeedRequest): Promise<Seeds> {
  note('making API keys');
  const [operatorKey, ...keys] = await Promise.all([
    makeKey(operator, 'operator of this start', OPERATOR_SCOPES),
    ...ORGANIZATIONS.map(({ id, name }) => makeKey(operator, name, ORGANIZATION_SCOPES, id)),
  ]);
  const organizations = ORGANIZATIONS.map((organization, index) => ({ ...organization, api_key: keys[index] ?? '' }));
  const seeds: Seeds = { database_url: servers.databaseUrl, operator_api_key: operatorKey, organizations };
  writeSeeds(directory, seeds);
  return seeds;
}

async function makeKey(
  operator: Operator,
  name: string,
  scopes: readonly string[],
  organization?: string,
): Promise<string> {
  const whose = organization === undefined ? [] : ['--organization', organization];
  const args = ['--name', name, '--scopes', scopes.join(','), ...whose];
  return keySchema.parse(await operator('api-keys', 'create', ...args)).api_key;
}

function readSeeds({ directory, servers }: SeedRequest): Seeds | undefined {
  try {
    const seeds = seedsSchema.parse(JSON.parse(readFileSync(seedsPath(directory), 'utf8')));
    return seeds.database_url === servers.databaseUrl ? seeds : undefined;
  } catch {
    return undefined;
  }
}

function writeSeeds(directory: string, seeds: Seeds): void {
  const draft = `${seedsPath(directory)}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(seeds), { mode: 0o600 });
  renameSync(draft, seedsPath(directory));
}

function seedsPath(directory: string): string {
  return join(directory, 'seeds.json');
}
