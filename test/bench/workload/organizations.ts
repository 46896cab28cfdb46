import { Random } from './random';

/** Names that organizations use again and again: few for each, so they are remembered and stored once. */
export interface OrganizationNames {
  readonly id: string;
  readonly teams: readonly string[];
  readonly apiKeys: readonly string[];
  readonly prompts: readonly string[];
  readonly users: readonly string[];
}

export const ORGANIZATIONS = 1_000;
const ID_LETTERS = 20;

export const organizationNames: readonly OrganizationNames[] = nameOrganizations();
export const organizationIds: readonly string[] = organizationNames.map(({ id }) => id);

function nameOrganizations(): OrganizationNames[] {
  const random = new Random(1);
  const names = (prefix: string, count: number): string[] =>
    Array.from({ length: count }, () => `${prefix}_${random.letters(ID_LETTERS)}`);
  return Array.from({ length: ORGANIZATIONS }, () => ({
    id: `org_${random.letters(ID_LETTERS)}`,
    teams: names('team', 5),
    apiKeys: names('key', 8),
    prompts: names('prm', 10),
    users: names('usr', 40),
  }));
}
