export {
  createRedisAdmissionStore,
  type HeldOrganizations,
  type RedisAdmissionOptions,
} from './admission/redis-admission-store';
export { openRedis, type RedisSettings } from './connection/open-redis';
export { type Durability, readDurability } from './connection/read-durability';
export { RedisUnavailable } from './connection/redis-unavailable';
export type { RedisClient } from './connection/run-script';
