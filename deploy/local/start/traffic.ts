import { appLog, describeEnd, spawnApp } from './apps';
import type { ClosingStack } from './closing-stack';
import { appEnvironment, appProgram, type ServerAddresses } from './operator';

/** Slow enough that a person can follow a balance, quick enough that it moves at every look. */
const EVENTS_PER_SECOND = 5;

/** Plays usage of the organizations, from both origins, until the start ends. @returns what to tell when it ends by itself. */
export async function startTraffic(
  servers: ServerAddresses,
  organizations: readonly { readonly id: string }[],
  directory: string,
  closing: ClosingStack,
): Promise<Promise<string>[]> {
  const logFile = appLog(directory, 'traffic');
  const whose = organizations.map(({ id }) => id).join(',');
  const args = ['publish', '--format', 'generate', '--rate', String(EVENTS_PER_SECOND), '--organizations', whose];
  const player = await spawnApp(appProgram('operator'), args, appEnvironment(servers), logFile);
  closing.push('traffic', () => player.stop());
  return [player.ended.then(() => describeEnd('traffic', logFile))];
}
