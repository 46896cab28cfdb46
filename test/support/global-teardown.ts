import { dropTemplateDatabase } from './template-database';

export default async function globalTeardown(): Promise<void> {
  const servers = globalThis.floopyTestServers;
  if (servers === undefined) return;
  try {
    await dropTemplateDatabase(servers);
  } finally {
    await servers.stop();
  }
}
