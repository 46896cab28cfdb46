import { join } from 'node:path';
import { chooseInfrastructure, describeChoice, missingParts, type ServerChoice } from '../choose-infrastructure';
import { startEmbeddedKafka } from '../embedded-kafka';
import { startEmbeddedPostgres } from '../embedded-postgres';
import { readLocalEnvironment } from '../environment';
import { logTail } from '../processes/log-tail';
import { surveySurroundings } from '../survey-surroundings';
import type { ClosingStack } from './closing-stack';
import { startDockerKafka, startDockerPostgres } from './docker-servers';
import { takeStep, type Progress } from './progress';
import { requireAnswer } from './require-answer';

export interface LocalServers {
  readonly kafkaBrokers: readonly string[];
  readonly databaseUrl: string;
  /** Resolves, with what to tell the person, when a server that was started here ends by itself. */
  readonly unexpectedEnd: Promise<string>;
}

interface Running<Address> {
  readonly address: Address;
  readonly unexpectedEnd: Promise<string>;
}

const NEVER = new Promise<never>(() => undefined);

/** Starts or finds Kafka and Postgres, both at once, and says which. @throws with advice when one cannot be had. */
export async function startLocalServers(
  directory: string,
  closing: ClosingStack,
  progress: Progress,
): Promise<LocalServers> {
  const choice = await takeStep(
    progress,
    'choosing servers',
    async () => chooseInfrastructure(await surveySurroundings()),
    describeChoice,
  );
  const missing = missingParts(choice);
  if (missing !== undefined) throw new Error(missing);
  return takeStep(progress, 'starting Kafka and Postgres', async (note) => {
    const starts = await Promise.allSettled([
      startKafka(choice.kafka, join(directory, 'kafka'), closing, note),
      startPostgres(choice.postgres, join(directory, 'postgres'), closing, note),
    ]);
    const [kafka, postgres] = starts;
    if (kafka.status === 'rejected') throw kafka.reason;
    if (postgres.status === 'rejected') throw postgres.reason;
    return {
      kafkaBrokers: kafka.value.address,
      databaseUrl: postgres.value.address,
      unexpectedEnd: Promise.race([kafka.value.unexpectedEnd, postgres.value.unexpectedEnd]),
    };
  });
}

async function startKafka(
  choice: ServerChoice,
  directory: string,
  closing: ClosingStack,
  onProgress: (step: string) => void,
): Promise<Running<readonly string[]>> {
  if (choice.type === 'given') {
    const { kafkaBrokers } = readLocalEnvironment();
    await requireAnswer(kafkaBrokers, 'KAFKA_BROKERS');
    return { address: kafkaBrokers, unexpectedEnd: NEVER };
  }
  if (choice.type === 'docker') return { address: await startDockerKafka(closing), unexpectedEnd: NEVER };
  const kafka = await startEmbeddedKafka({ directory, onProgress });
  closing.push('Kafka', () => kafka.stop());
  const log = join(directory, 'broker-1/broker.log');
  return { address: kafka.brokers, unexpectedEnd: kafka.unexpectedEnd.then(() => tellEnd('Kafka', log)) };
}

async function startPostgres(
  choice: ServerChoice,
  directory: string,
  closing: ClosingStack,
  onProgress: (step: string) => void,
): Promise<Running<string>> {
  if (choice.type === 'given') {
    const url = readLocalEnvironment().databaseUrl ?? '';
    const { hostname, port } = new URL(url);
    await requireAnswer([`${hostname}:${port === '' ? '5432' : port}`], 'DATABASE_URL');
    return { address: url, unexpectedEnd: NEVER };
  }
  if (choice.type === 'docker') return { address: await startDockerPostgres(closing), unexpectedEnd: NEVER };
  const postgres = await startEmbeddedPostgres({ directory, durable: true, onProgress });
  closing.push('Postgres', () => postgres.stop());
  const log = join(directory, 'server.log');
  return { address: postgres.url, unexpectedEnd: postgres.unexpectedEnd.then(() => tellEnd('Postgres', log)) };
}

function tellEnd(what: string, log: string): string {
  return `${what} has ended by itself. Its log, ${log}, ends with:\n${logTail(log)}`;
}
