import { announceTestServers } from './servers';
import { startServers, type StartedServers } from './start-servers';

declare global {
  // Jest runs the set-up and the teardown in one process and hands nothing from one to the other.
  var floopyTestServers: StartedServers | undefined;
}

/** Starts the servers once for all test files that need them; Jest calls this only when such files are in the run. */
export default async function globalSetup(): Promise<void> {
  const servers = await startServers((line) => process.stderr.write(`${line}\n`));
  globalThis.floopyTestServers = servers;
  announceTestServers({ kafkaBrokers: servers.kafkaBrokers, databaseUrl: servers.databaseUrl, run: servers.run });
}
