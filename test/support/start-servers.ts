import { join } from 'node:path';
import { startEmbeddedKafka } from '../../deploy/local/embedded-kafka';
import { removeEmbeddedPostgres, startEmbeddedPostgres } from '../../deploy/local/embedded-postgres';
import { readLocalEnvironment } from '../../deploy/local/environment';
import { chooseInfrastructure, describeChoice, missingParts } from '../../deploy/local/choose-infrastructure';
import { surveySurroundings } from '../../deploy/local/survey-surroundings';
import type { ServerChoice } from '../../deploy/local/choose-infrastructure';
import { startKafkaContainer, startPostgresContainer } from './containers';
import type { TestServers } from './servers';
import { removeAbandonedDirectories, temporaryDirectory } from './temporary-directory';

export interface StartedServers extends TestServers {
  stop(): Promise<void>;
}

interface Started<Address> {
  readonly address: Address;
  stop(): Promise<void>;
}

/** Starts what the choice says, both servers at once. @throws with advice when one cannot be had. */
export async function startServers(announce: (line: string) => void): Promise<StartedServers> {
  const choice = chooseInfrastructure(await surveySurroundings());
  announce(`test servers: ${describeChoice(choice)}`);
  const missing = missingParts(choice);
  if (missing !== undefined) throw new Error(missing);
  removeAbandonedDirectories();
  const home = temporaryDirectory();
  const [kafka, postgres] = await Promise.all([
    startKafka(choice.kafka, join(home.path, 'kafka'), announce),
    startPostgres(choice.postgres, join(home.path, 'postgres'), announce),
  ]);
  return {
    kafkaBrokers: kafka.address,
    databaseUrl: postgres.address,
    run: process.pid.toString(36) + Date.now().toString(36),
    stop: async () => {
      await Promise.all([kafka.stop(), postgres.stop()]);
      home.remove();
    },
  };
}

async function startKafka(
  choice: ServerChoice,
  directory: string,
  announce: (line: string) => void,
): Promise<Started<string[]>> {
  if (choice.type === 'given') return { address: [...readLocalEnvironment().kafkaBrokers], stop: leaveAlone };
  if (choice.type === 'docker') return startKafkaContainer();
  const kafka = await startEmbeddedKafka({ directory, quickStart: true, onProgress: announce });
  return { address: [...kafka.brokers], stop: () => kafka.discard() };
}

async function startPostgres(
  choice: ServerChoice,
  directory: string,
  announce: (line: string) => void,
): Promise<Started<string>> {
  if (choice.type === 'given') return { address: readLocalEnvironment().databaseUrl ?? '', stop: leaveAlone };
  if (choice.type === 'docker') return startPostgresContainer();
  const settings = { max_connections: '300' };
  const postgres = await startEmbeddedPostgres({ directory, durable: false, settings, onProgress: announce });
  const stop = async (): Promise<void> => {
    await postgres.stop();
    removeEmbeddedPostgres(directory);
  };
  return { address: postgres.url, stop };
}

/** A server that somebody else runs outlives the tests. */
function leaveAlone(): Promise<void> {
  return Promise.resolve();
}
