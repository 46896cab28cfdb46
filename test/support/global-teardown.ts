import { dropDatabasesOfRun } from './template-database';
import { deleteTopicsOfRun } from './topics-of-run';

/** Servers that somebody else runs are left as they were found. */
export default async function globalTeardown(): Promise<void> {
  const servers = globalThis.floopyTestServers;
  if (servers === undefined) return;
  try {
    await Promise.all([dropDatabasesOfRun(servers), deleteTopicsOfRun(servers)]);
  } finally {
    await servers.stop();
  }
}
