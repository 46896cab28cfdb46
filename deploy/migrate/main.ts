import { migrate } from '@floopy/postgres';
import { databaseUrlSetting, loadConfig } from '@floopy/runtime';
import { z } from 'zod';

/** Brings the database of DATABASE_URL up to date and ends: what a deployment runs before its apps. */
async function main(): Promise<void> {
  const { DATABASE_URL: databaseUrl } = loadConfig(z.object({ DATABASE_URL: databaseUrlSetting }));
  const ran = await migrate(databaseUrl);
  process.stdout.write(ran.length === 0 ? 'The database is up to date.\n' : `Migrated: ${ran.join(', ')}\n`);
}

void main();
