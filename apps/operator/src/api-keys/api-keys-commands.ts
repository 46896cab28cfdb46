import { randomBytes } from 'node:crypto';
import { API_KEY_SCOPES, type ApiKeyScope, issueApiKey } from '@floopy/application';
import { formatInstant, isIdentifier, type OrganizationId } from '@floopy/domain';
import { listApiKeys, queriesOf, revokeApiKey, saveApiKey } from '@floopy/postgres';
import { sha256 } from '@floopy/runtime';
import { type Command, InvalidArgumentError } from 'commander';
import { type Act, addLeaf, type AnswerOptions, organizationArgument, table } from '../command-line';
import { WrongUsage } from '../session/faults';

interface CreateOptions extends AnswerOptions {
  readonly organization?: OrganizationId;
  readonly member?: string;
  readonly name: string;
  readonly scopes: readonly ApiKeyScope[];
  readonly dryRun?: boolean;
}

/** `api-keys create|revoke|list`. A secret is shown once, when its key is made. */
export function addApiKeys(program: Command, act: Act): void {
  const keys = program.command('api-keys').description('keys of the HTTP API');
  addCreate(keys, act);
  addRevoke(keys, act);
  addLeaf(keys, {
    usage: 'list',
    description: 'every key without its secret, revoked ones included',
    examples: ['api-keys list', 'api-keys list --organization org_acme --json'],
  })
    .option('--organization <id>', 'only its keys', organizationArgument)
    .action((options: AnswerOptions & { readonly organization?: OrganizationId }) =>
      act(options, async (session) => {
        const listed = await listApiKeys(queriesOf(await session.database()), options.organization ?? null);
        const json = listed.map((key) => ({
          key_id: key.keyId,
          organization_id: key.organizationId,
          name: key.name,
          scopes: key.scopes,
          created_at: formatInstant(key.createdAt),
          revoked_at: key.revokedAt === null ? null : formatInstant(key.revokedAt),
        }));
        const rows = json.map((key) => [
          key.key_id,
          key.organization_id ?? 'any organization',
          key.name,
          key.scopes.join(','),
          key.revoked_at === null ? 'in force' : `revoked ${key.revoked_at}`,
        ]);
        return { json: { api_keys: json }, text: table([['KEY', 'ORGANIZATION', 'NAME', 'SCOPES', 'STATE'], ...rows]) };
      }),
    );
}

function addCreate(keys: Command, act: Act): void {
  addLeaf(keys, {
    usage: 'create',
    description: 'make a key; its secret is shown now and never again',
    examples: [
      'api-keys create --organization org_acme --scopes balance:read,ledger:read',
      'api-keys create --organization org_acme --member usr_ada --scopes balance:read,plan:write',
      'api-keys create --name on-call --scopes operator --json',
    ],
    dryRun: 'check the request without making a key',
  })
    .option('--organization <id>', "whose data it opens; an operator's key opens all when absent", organizationArgument)
    .option('--member <id>', 'whose key it is: bounded by their role, and in force while they have one', memberOption)
    .option('--name <name>', 'what it is for', 'unnamed')
    .requiredOption('--scopes <scopes>', `some of ${API_KEY_SCOPES.join(',')}`, scopesOption)
    .action((options: CreateOptions) =>
      act(options, async (session) => {
        const queries = queriesOf(await session.database());
        const { organization = null, member: memberId = null, name, scopes } = options;
        if (memberId !== null && organization === null) {
          throw new WrongUsage('A member is one of an organization: say which, with --organization.');
        }
        if (options.dryRun === true) {
          return { json: { state: 'would_be_created', scopes }, text: `A key for ${scopes.join(', ')} would be made.` };
        }
        const issued = await issueApiKey(
          {
            store: { saveApiKey: (key) => saveApiKey(queries, key) },
            randomText: (bytes) => randomBytes(bytes).toString('base64url'),
            sha256,
          },
          { organizationId: organization, memberId, name, scopes },
        );
        if (issued.type === 'refused') throw new WrongUsage(`There is no organization ${organization ?? ''}.`);
        const { keyId, secret } = issued;
        return {
          json: { key_id: keyId, api_key: secret, organization_id: organization, name, scopes },
          text: `${secret}\n\nIts id is ${keyId}. Keep the secret now: only its hash is stored.`,
        };
      }),
    );
}

function addRevoke(keys: Command, act: Act): void {
  addLeaf(keys, {
    usage: 'revoke',
    description: 'end a key for good',
    examples: ['api-keys revoke key_3fQx', 'api-keys revoke key_3fQx --json'],
    dryRun: 'check that the key is in force without revoking it',
  })
    .argument('<key>', 'its id, as api-keys list shows it')
    .action((keyId: string, options: AnswerOptions & { readonly dryRun?: boolean }) =>
      act(options, async (session) => {
        const queries = queriesOf(await session.database());
        const isDone =
          options.dryRun === true
            ? (await listApiKeys(queries, null)).some((key) => key.keyId === keyId && key.revokedAt === null)
            : await revokeApiKey(queries, keyId);
        if (!isDone) throw new WrongUsage(`There is no key ${keyId} in force.`);
        const state = options.dryRun === true ? 'would_be_revoked' : 'revoked';
        return { json: { key_id: keyId, state }, text: `${keyId} ${state.replaceAll('_', ' ')}` };
      }),
    );
}

function memberOption(text: string): string {
  if (isIdentifier(text)) return text;
  throw new InvalidArgumentError('An id is 1 to 128 visible ASCII characters.');
}

function scopesOption(text: string): ApiKeyScope[] {
  const scopes = text.split(',').map((scope) => scope.trim());
  const known = API_KEY_SCOPES.filter((scope) => scopes.includes(scope));
  const unknown = scopes.filter((scope) => !known.some((each) => each === scope));
  if (unknown.length === 0) return known;
  throw new InvalidArgumentError(`${unknown.join(', ')} is no scope; there are ${API_KEY_SCOPES.join(', ')}.`);
}
