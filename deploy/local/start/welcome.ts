import type { Started } from './started-file';

export interface WelcomeFacts {
  readonly started: Started;
  readonly seconds: number;
  readonly traffic: boolean;
  readonly directory: string;
  /** Where the other commands look unless told otherwise. */
  readonly usualDirectory: string;
}

/** What a person sees when everything runs: addresses, keys, and three commands to try next. */
export function welcome({ started, seconds, traffic, directory, usualDirectory }: WelcomeFacts): string {
  const [first] = started.organizations;
  if (first === undefined) throw new Error('A start without an organization has nothing to show.');
  const where = directory === usualDirectory ? '' : `FLOOPY_HOME=${directory} `;
  const keys = started.organizations.map(({ id, name, api_key: key }) => `  ${pad(`${name} (${id})`)}${key}`);
  return `
Floopy Billing runs (${seconds.toFixed(0)} s).

  ${pad('API')}${started.api_url}/v1   (documentation: ${started.api_url}/docs)
  ${pad('Kafka')}${started.kafka_brokers.join(',')}
  ${pad('Postgres')}${withoutPassword(started.database_url)}   (password: ${directory}/started.json)
  ${pad('logs')}${directory}/logs

API keys
${keys.join('\n')}
  ${pad('operator')}${started.operator_api_key}

${traffic ? 'Traffic from the gateway and the playground is playing: balances fall while you look.' : 'No traffic is played.'}
Try next:

  curl -s -H 'Authorization: Bearer ${first.api_key}' ${started.api_url}/v1/organizations/${first.id}/balance
  ${where}npm run operator -- ledger ${first.id}
  ${where}npm run operator -- verify

Ctrl-C, or "${where}npm stop" in another terminal, ends all of it; the next "${where}npm start" goes on with the same ledger.
`;
}

function pad(text: string): string {
  return text.padEnd(24);
}

function withoutPassword(url: string): string {
  const parsed = new URL(url);
  parsed.password = '';
  return parsed.toString();
}
