import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { LOWEST_JAVA_VERSION, type Surroundings } from './choose-infrastructure';
import { readLocalEnvironment, type LocalEnvironment } from './environment';
import { hasMaven, readJavaVersion } from './kafka/java';
import { hasKafkaJars } from './kafka/kafka-jars';
import { hasPostgresBinaries } from './postgres/postgres-binaries';

const execute = promisify(execFile);

const DOCKER_TIMEOUT_MS = 5000;

/** Looks at the machine. Slow probes (Maven, Docker) are made only where their answer can matter. */
export async function surveySurroundings(
  environment: LocalEnvironment = readLocalEnvironment(),
): Promise<Surroundings> {
  const { kafkaBrokers, databaseUrl } = environment;
  const kafkaIsGiven = kafkaBrokers.length > 0;
  const kafkaIsDownloaded = hasKafkaJars(environment.cacheDirectory);
  const javaVersion = kafkaIsGiven ? undefined : await readJavaVersion(environment.javaHome);
  const javaWillDo = (javaVersion ?? 0) >= LOWEST_JAVA_VERSION;
  const mavenAnswers = !kafkaIsGiven && !kafkaIsDownloaded && javaWillDo && (await hasMaven());
  const postgresIsInstalled = hasPostgresBinaries();
  const kafkaIsHad = kafkaIsGiven || (javaWillDo && (mavenAnswers || kafkaIsDownloaded));
  const postgresIsHad = databaseUrl !== undefined || postgresIsInstalled;
  const dockerAnswers = !(kafkaIsHad && postgresIsHad) && (await dockerEngineAnswers());
  return {
    kafkaBrokers,
    databaseUrl,
    javaVersion,
    mavenAnswers,
    kafkaIsDownloaded,
    postgresIsInstalled,
    dockerAnswers,
  };
}

/** The client alone says nothing: only an engine has a server version. */
async function dockerEngineAnswers(): Promise<boolean> {
  try {
    const { stdout } = await execute('docker', ['version', '--format', '{{.Server.Version}}'], {
      timeout: DOCKER_TIMEOUT_MS,
    });
    return stdout.trim().length > 0;
  } catch {
    return false;
  }
}
