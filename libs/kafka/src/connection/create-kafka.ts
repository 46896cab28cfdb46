import {
  type Admin,
  type AdminConfig,
  type Consumer,
  type ConsumerConfig,
  Kafka,
  type KafkaConfig,
  logLevel,
  type Producer,
  type ProducerConfig,
  type SASLOptions,
} from 'kafkajs';
import { registerCodecs } from '../codecs/register-codecs';
import { explainRefusal } from './explain-refusal';

/** How to reach the brokers. */
export interface KafkaOptions {
  readonly brokers: readonly string[];
  readonly clientId: string;
  /** TLS, verified against the machine's certificate authorities or against `ca`, in PEM form. */
  readonly ssl?: boolean | { readonly ca: string };
  readonly sasl?: SASLOptions;
  /** How often an operation is tried again before it fails: few for who tries again by itself. */
  readonly retries?: number;
  /** Told of what the client reports; its own lines are facts of ours only once they have passed here. */
  readonly onLog?: (line: KafkaLogLine) => void;
}

export interface KafkaLogLine {
  readonly level: 'error' | 'warn' | 'info' | 'debug';
  readonly message: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

const CONNECT_TIMEOUT_MS = 3_000;
/** How long a network that was cut without a word is believed to answer; a request that may take longer says so itself. */
const REQUEST_TIMEOUT_MS = 10_000;
/** A broker that restarts is found again soon after it answers, however long it was away. */
const MAX_RETRY_MS = 2_000;
const RETRIES = 12;

/** A client with every codec that a producer may have used; without one, a single such batch would stop the reader. */
export function createKafka(options: KafkaOptions): Kafka {
  registerCodecs();
  const config: KafkaConfig = {
    brokers: [...options.brokers],
    clientId: options.clientId,
    connectionTimeout: CONNECT_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    retry: { initialRetryTime: 100, maxRetryTime: MAX_RETRY_MS, retries: options.retries ?? RETRIES },
    logLevel: logLevel.INFO,
    logCreator: () => (entry) => {
      const { message, timestamp: _, logger: __, ...detail } = entry.log;
      options.onLog?.({ level: LEVEL_NAMES[entry.level] ?? 'debug', message, detail });
    },
    ...(options.ssl === undefined ? {} : { ssl: options.ssl }),
    ...(options.sasl === undefined ? {} : { sasl: options.sasl }),
  };
  return new ExplainingKafka(config);
}

/** Its clients say what to change when the brokers refuse them; whoever connects tells it on. */
class ExplainingKafka extends Kafka {
  override admin(config?: AdminConfig): Admin {
    return explaining(super.admin(config));
  }

  override producer(config?: ProducerConfig): Producer {
    return explaining(super.producer(config));
  }

  override consumer(config: ConsumerConfig): Consumer {
    return explaining(super.consumer(config));
  }
}

function explaining<Client extends Admin | Producer | Consumer>(client: Client): Client {
  const connect = client.connect.bind(client);
  client.connect = () =>
    connect().catch((error: unknown) => {
      throw explainRefusal(error);
    });
  return client;
}

const LEVEL_NAMES: Readonly<Record<number, KafkaLogLine['level']>> = {
  [logLevel.ERROR]: 'error',
  [logLevel.WARN]: 'warn',
  [logLevel.INFO]: 'info',
  [logLevel.DEBUG]: 'debug',
};
