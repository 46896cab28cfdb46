import { z } from 'zod';
import { kafkaBrokersSetting, switchSetting } from './settings';

const SASL = /^(plain|scram-sha-256|scram-sha-512):([^:]+):(.+)$/;
const SASL_RULE = 'mechanism:username:password, the mechanism one of plain, scram-sha-256, scram-sha-512';

/** How a process reaches Kafka: the same variables everywhere. */
export const kafkaSettings = {
  KAFKA_BROKERS: kafkaBrokersSetting,
  /** TLS, verified against the machine's certificate authorities. */
  KAFKA_SSL: switchSetting(false),
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
  readonly ssl: boolean;
  readonly sasl?: KafkaSasl;
}

type Mechanism = 'plain' | 'scram-sha-256' | 'scram-sha-512';

/** One member for each mechanism, as clients tell them apart. */
export type KafkaSasl = {
  [Name in Mechanism]: { readonly mechanism: Name; readonly username: string; readonly password: string };
}[Mechanism];

/** What a Kafka client is opened with. */
export function kafkaConnectionOf(config: KafkaSettings): KafkaConnection {
  const { KAFKA_BROKERS: brokers, KAFKA_SSL: ssl, KAFKA_SASL: sasl } = config;
  return { brokers, ssl, ...(sasl === undefined ? {} : { sasl }) };
}

function saslOf(text: string): KafkaSasl {
  const [, mechanism = '', username = '', password = ''] = SASL.exec(text) ?? [];
  return { mechanism, username, password } as KafkaSasl;
}
