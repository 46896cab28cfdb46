import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { kafkaConnectionOf, kafkaSettings } from './kafka-settings';
import { parseConfig } from './load-config';

const schema = z.object(kafkaSettings);

describe('kafkaSettings', () => {
  it('reads plain brokers', () => {
    const outcome = parseConfig(schema, { KAFKA_BROKERS: 'one:9092, two:9092' });
    expect(outcome.type === 'valid' && kafkaConnectionOf(outcome.config)).toEqual({
      brokers: ['one:9092', 'two:9092'],
      ssl: false,
    });
  });

  it('reads TLS and credentials, also of a password with colons', () => {
    const outcome = parseConfig(schema, {
      KAFKA_BROKERS: 'one:9092',
      KAFKA_SSL: 'true',
      KAFKA_SASL: 'scram-sha-512:floopy:a:b:c',
    });
    expect(outcome.type === 'valid' && kafkaConnectionOf(outcome.config)).toEqual({
      brokers: ['one:9092'],
      ssl: true,
      sasl: { mechanism: 'scram-sha-512', username: 'floopy', password: 'a:b:c' },
    });
  });

  it('takes the certificates of a file for TLS, and refuses a file that has none', () => {
    const pem = '-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n';
    const directory = mkdtempSync(join(tmpdir(), 'floopy-kafka-settings-'));
    const file = join(directory, 'ca.pem');
    writeFileSync(file, pem);
    const settings = { KAFKA_BROKERS: 'one:9092', KAFKA_SSL_CA_FILE: file };
    const outcome = parseConfig(schema, settings);
    writeFileSync(file, 'something else');
    const empty = parseConfig(schema, settings);
    rmSync(directory, { recursive: true });
    const absent = parseConfig(schema, settings);
    expect(outcome.type === 'valid' && kafkaConnectionOf(outcome.config).ssl).toEqual({ ca: pem });
    const message = expect.stringContaining('KAFKA_SSL_CA_FILE must be the path of a readable file') as string;
    expect([empty, absent]).toEqual([
      { type: 'faulty', message },
      { type: 'faulty', message },
    ]);
  });

  it('refuses half of the credentials, and repeats none of them', () => {
    const outcome = parseConfig(schema, { KAFKA_BROKERS: 'one:9092', KAFKA_SASL: 'plain:hunter2' });
    expect(outcome).toMatchObject({ type: 'faulty', message: expect.stringContaining('KAFKA_SASL must be mechanism') });
    expect(JSON.stringify(outcome)).not.toContain('hunter2');
  });
});
