import { z } from 'zod';

/**
 * Settings that several processes have. Each says what it must be, for the message that a faulty start ends with;
 * none of these messages repeats the value, which may hold a secret.
 */

const HIGHEST_PORT = 65_535;
const BROKER = /^[^\s:/,]+:\d{1,5}$/;

/** A Postgres URL; it holds a password, so there is no default. */
export const databaseUrlSetting = z
  .string({ error: 'a Postgres URL, such as postgres://user:password@host:5432/name' })
  .regex(/^postgres(?:ql)?:\/\/\S+$/, { error: 'a Postgres URL, such as postgres://user:password@host:5432/name' });

/** Kafka brokers as `host:port,host:port`. */
export const kafkaBrokersSetting = z
  .string({ error: 'one or more Kafka brokers, such as host:9092,other:9092' })
  .transform((text) => text.split(',').map((broker) => broker.trim()))
  .refine((brokers) => brokers.every((broker) => BROKER.test(broker)), {
    error: 'one or more Kafka brokers, such as host:9092,other:9092',
  });

export const logLevelSetting = z
  .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
    error: 'one of fatal, error, warn, info, debug, trace, silent',
  })
  .default('info');

/** The address to listen on; not reachable from other machines unless it is said. */
export const hostSetting = z.string().default('127.0.0.1');

/** A port to listen on; 0 takes a free one. */
export function portSetting(unset: number): z.ZodType<number> {
  return wholeNumberSetting({ smallest: 0, largest: HIGHEST_PORT, unset });
}

export interface WholeNumberSetting {
  readonly smallest: number;
  readonly largest: number;
  /** Taken when the variable is absent. */
  readonly unset: number;
}

export function wholeNumberSetting({ smallest, largest, unset }: WholeNumberSetting): z.ZodType<number> {
  const error = `a whole number from ${smallest} to ${largest}`;
  return z
    .string()
    .regex(/^-?\d{1,15}$/, { error })
    .transform(Number)
    .refine((value) => value >= smallest && value <= largest, { error })
    .default(unset);
}

/** `true` or `false`, in these words. */
export function switchSetting(unset: boolean): z.ZodType<boolean> {
  return z
    .enum(['true', 'false'], { error: 'true or false' })
    .transform((text) => text === 'true')
    .default(unset);
}
