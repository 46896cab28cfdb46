import { parseConfig } from '@floopy/runtime';
import { z } from 'zod';
import { WrongUsage } from '../session/faults';
import type { Session } from '../session/session';
import type { OpenedHolds } from './held-reading';
import { openJournalHolds } from './journal-holds';
import { openRedisHolds } from './redis-holds';

const REDIS_RULE = 'where the holds are (redis://host:6379), as the API has it; ADMISSION_STORE=redis needs it';

const settings = z
  .object({
    ADMISSION_STORE: z.enum(['memory', 'redis'], { error: 'memory or redis, as the API has it' }).default('memory'),
    REDIS_URL: z.string().optional(),
  })
  .refine(({ ADMISSION_STORE: store, REDIS_URL: url }) => store === 'memory' || url !== undefined, {
    path: ['REDIS_URL'],
    error: REDIS_RULE,
  });

/**
 * Opens what the API's own settings name: with holds in the memory of a process their journal in Postgres, else Redis.
 * @throws WrongUsage when they do not say where Redis is
 */
export async function openHolds(session: Session): Promise<OpenedHolds> {
  const parsed = parseConfig(settings, session.surroundings.environment);
  if (parsed.type === 'faulty') throw new WrongUsage(parsed.message);
  const pool = await session.database();
  const { ADMISSION_STORE: store, REDIS_URL: url = '' } = parsed.config;
  return store === 'memory' ? openJournalHolds(pool) : openRedisHolds(session, pool, url);
}
