import { Redis } from 'ioredis';
import { Pool } from 'pg';
import type { PlainSettings, PlainWay } from './settings';

/** Takes a cent from a balance. @returns whether it was there */
export type Take = (organizationId: string) => Promise<boolean>;

const CONNECTIONS = 6;

/** What others do where we admit: each as short as its kind can be. */
export const WAYS: Readonly<Record<PlainWay, (settings: PlainSettings) => Promise<Take>>> = {
  /** Answers at once: what is left is the framework. */
  nothing: async () => () => Promise.resolve(true),

  /** Reads a balance under its lock, and debits it when it suffices, in a transaction. */
  debit: async ({ databaseUrl }) => {
    const pool = new Pool({ connectionString: databaseUrl, max: CONNECTIONS });
    return async (organizationId) => {
      const client = await pool.connect();
      try {
        await client.query('BEGIN');
        const { rows } = await client.query<{ cents: string }>({
          name: 'check',
          text: 'SELECT cents FROM plain_balance WHERE organization_id = $1 FOR UPDATE',
          values: [organizationId],
        });
        const isThere = Number(rows[0]?.cents) >= 1;
        if (isThere) {
          const text = 'UPDATE plain_balance SET cents = cents - 1 WHERE organization_id = $1';
          await client.query({ name: 'debit', text, values: [organizationId] });
        }
        await client.query('COMMIT');
        return isThere;
      } finally {
        client.release();
      }
    };
  },

  /** The same in a script of Redis, on the server that ours is on. */
  script: async ({ redisUrl }) => {
    const redis = new Redis(redisUrl);
    const text = `if tonumber(redis.call('GET', KEYS[1]) or '0') < 1 then return 0 end
      redis.call('DECR', KEYS[1]) return 1`;
    const sha1 = String(await redis.script('LOAD', text));
    return async (organizationId) => (await redis.evalsha(sha1, 1, `plain:${organizationId}`)) === 1;
  },
};
