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
const ORGANIZATION_SCOPES = ['balance:read', 'ledger:read', 'requests:read', 'usage:read'];
const OPERATOR_SCOPES = [...ORGANIZATION_SCOPES, 'operator'];

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
  const { operator, note } = request;
  note('topics');
  await operator('topics', 'apply');
  note('rate card');
  await provideRateCard(operator);
  note('organizations');
  await provideOrganizations(operator);
  return readSeeds(request) ?? (await makeKeys(request));
}

async function provideRateCard(operator: Operator): Promise<void> {
  const { rate_cards: cards } = cardsSchema.parse(await operator('rate-cards', 'list'));
  if (cards.length > 0) return;
  await operator('rate-cards', 'import');
  await operator('rate-cards', 'publish');
}

async function provideOrganizations(operator: Operator): Promise<void> {
  const known = organizationsSchema.parse(await operator('organizations', 'list')).organizations.map(({ id }) => id);
  for (const { id, name } of ORGANIZATIONS.filter((organization) => !known.includes(organization.id))) {
    await operator('organizations', 'create', id, '--name', name, '--credit', CREDIT_CENTS);
  }
}

async function makeKeys({ operator, directory, servers }: SeedRequest): Promise<Seeds> {
  const seeds: Seeds = { database_url: servers.databaseUrl, operator_api_key: '', organizations: [] };
  for (const { id, name } of ORGANIZATIONS) {
    seeds.organizations.push({ id, name, api_key: await makeKey(operator, ORGANIZATION_SCOPES, id) });
  }
  seeds.operator_api_key = await makeKey(operator, OPERATOR_SCOPES);
  writeSeeds(directory, seeds);
  return seeds;
}

async function makeKey(operator: Operator, scopes: readonly string[], organization?: string): Promise<string> {
  const whose = organization === undefined ? [] : ['--organization', organization];
  return keySchema.parse(await operator('api-keys', 'create', ...whose, '--scopes', scopes.join(','))).api_key;
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
