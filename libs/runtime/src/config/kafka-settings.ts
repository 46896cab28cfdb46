import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { kafkaBrokersSetting, switchSetting } from './settings';

const SASL = /^(plain|scram-sha-256|scram-sha-512):([^:]+):(.+)$/;
const PEM_RULE = 'the path of a readable file with certificates in PEM form';
const SASL_RULE = 'mechanism:username:password, the mechanism one of plain, scram-sha-256, scram-sha-512';

/** How a process reaches Kafka: the same variables everywhere. */
export const kafkaSettings = {
  KAFKA_BROKERS: kafkaBrokersSetting,
  /** TLS, verified against the machine's certificate authorities. */
  KAFKA_SSL: switchSetting(false),
  /** TLS, verified against the certificates of this file instead: brokers often have an authority of their own. */
  KAFKA_SSL_CA_FILE: z
    .string()
    .transform((path) => certificatesIn(path))
    .refine((pem) => pem !== null, { error: PEM_RULE })
    .optional(),
  /** Credentials in one variable, so that half of them is never taken for all. */
  KAFKA_SASL: z
    .string()
    .regex(SASL, { error: SASL_RULE })
    .transform((text) => saslOf(text))
    .optional(),
};

export type KafkaSettings = z.infer<z.ZodObject<typeof kafkaSettings>>;

export interface KafkaConnection {
  readonly brokers: string[];
  readonly ssl: boolean | { readonly ca: string };
  readonly sasl?: KafkaSasl;
}

type Mechanism = 'plain' | 'scram-sha-256' | 'scram-sha-512';

/** One member for each mechanism, as clients tell them apart. */
export type KafkaSasl = {
  [Name in Mechanism]: { readonly mechanism: Name; readonly username: string; readonly password: string };
}[Mechanism];

/** What a Kafka client is opened with. */
export function kafkaConnectionOf(config: KafkaSettings): KafkaConnection {
  const { KAFKA_BROKERS: brokers, KAFKA_SSL: ssl, KAFKA_SSL_CA_FILE: ca, KAFKA_SASL: sasl } = config;
  return { brokers, ssl: typeof ca === 'string' ? { ca } : ssl, ...(sasl === undefined ? {} : { sasl }) };
}

/** @returns null when there are none to read. */
function certificatesIn(path: string): string | null {
  try {
    const pem = readFileSync(path, 'utf8');
    return pem.includes('-----BEGIN CERTIFICATE-----') ? pem : null;
  } catch {
    return null;
  }
}

function saslOf(text: string): KafkaSasl {
  const [, mechanism = '', username = '', password = ''] = SASL.exec(text) ?? [];
  return { mechanism, username, password } as KafkaSasl;
}
