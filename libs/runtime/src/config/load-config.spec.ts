import { z } from 'zod';
import { parseConfig } from './load-config';
import { databaseUrlSetting, kafkaBrokersSetting, logLevelSetting, portSetting, switchSetting } from './settings';

const schema = z.object({
  DATABASE_URL: databaseUrlSetting,
  KAFKA_BROKERS: kafkaBrokersSetting,
  PORT: portSetting(3000),
  LOG_LEVEL: logLevelSetting,
  RELAY: switchSetting(true),
});

const COMPLETE = { DATABASE_URL: 'postgres://app:pass@db:5432/floopy', KAFKA_BROKERS: 'one:9092, two:9092' };

function faultOf(environment: Record<string, string>): string {
  const outcome = parseConfig(schema, environment);
  if (outcome.type === 'valid') throw new Error('the configuration was accepted');
  return outcome.message;
}

describe('parseConfig', () => {
  it('reads texts as what they stand for, and fills in what has a default', () => {
    expect(parseConfig(schema, COMPLETE)).toEqual({
      type: 'valid',
      config: {
        DATABASE_URL: 'postgres://app:pass@db:5432/floopy',
        KAFKA_BROKERS: ['one:9092', 'two:9092'],
        PORT: 3000,
        LOG_LEVEL: 'info',
        RELAY: true,
      },
    });
  });

  it('names every faulty variable in one message, and what each must be', () => {
    expect(faultOf({ PORT: '70000', LOG_LEVEL: 'loud', RELAY: 'yes' }).split('\n')).toEqual([
      'The configuration is not valid:',
      '  DATABASE_URL must be a Postgres URL, such as postgres://user:password@host:5432/name; it is not set',
      '  KAFKA_BROKERS must be one or more Kafka brokers, such as host:9092,other:9092; it is not set',
      '  PORT must be a whole number from 0 to 65535; it is set to something else',
      '  LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent; it is set to something else',
      '  RELAY must be true or false; it is set to something else',
    ]);
  });

  it('has no default for what holds a secret, and does not repeat a secret that is wrong', () => {
    const message = faultOf({ ...COMPLETE, DATABASE_URL: 'mysql://app:s3cret@db/floopy' });
    expect(message).toContain('DATABASE_URL');
    expect(message).not.toContain('s3cret');
  });

  it.each(['broker', 'one:9092,', 'http://one:9092', 'one:port'])('refuses %p as brokers', (brokers) => {
    expect(faultOf({ ...COMPLETE, KAFKA_BROKERS: brokers })).toContain('KAFKA_BROKERS');
  });
});
