import { chooseInfrastructure, describeChoice, missingParts, type Surroundings } from './choose-infrastructure';

/** A machine with everything that an embedded start needs, and nothing else. */
function surroundings(override: Partial<Surroundings> = {}): Surroundings {
  return {
    kafkaBrokers: [],
    databaseUrl: undefined,
    javaVersion: 17,
    mavenAnswers: true,
    kafkaIsDownloaded: false,
    postgresIsInstalled: true,
    dockerAnswers: false,
    ...override,
  };
}

const NO_JAVA = { javaVersion: undefined, mavenAnswers: false };

describe('chooseInfrastructure', () => {
  it('starts both servers itself where Java and Maven are there', () => {
    const choice = chooseInfrastructure(surroundings({ dockerAnswers: true }));
    expect(choice).toEqual({ kafka: { type: 'embedded' }, postgres: { type: 'embedded' } });
    expect(missingParts(choice)).toBeUndefined();
  });

  it('prefers servers that were named over everything else', () => {
    const named = surroundings({ kafkaBrokers: ['a:1', 'b:2'], databaseUrl: 'postgres://u:secret@h:5/d' });
    expect(chooseInfrastructure(named)).toEqual({
      kafka: { type: 'given', where: 'a:1,b:2' },
      postgres: { type: 'given', where: 'postgres://u@h:5/d' },
    });
  });

  it('chooses each server for itself', () => {
    const choice = chooseInfrastructure(surroundings({ databaseUrl: 'postgres://h/d' }));
    expect([choice.kafka.type, choice.postgres.type]).toEqual(['embedded', 'given']);
  });

  it('needs no Maven when Kafka was downloaded before', () => {
    const choice = chooseInfrastructure(surroundings({ mavenAnswers: false, kafkaIsDownloaded: true }));
    expect(choice.kafka.type).toBe('embedded');
  });

  it('takes Docker for what it cannot start itself', () => {
    const choice = chooseInfrastructure(surroundings({ ...NO_JAVA, dockerAnswers: true }));
    expect(choice).toEqual({ kafka: { type: 'docker' }, postgres: { type: 'embedded' } });
  });

  it.each([
    ['no Java', NO_JAVA, /no Java answers/],
    ['a Java that is too old', { javaVersion: 11 }, /version 11, which is too old/],
    ['no Maven', { mavenAnswers: false }, /no Maven answers/],
  ])('names what to install where there is %s', (_, lacking, message) => {
    const missing = missingParts(chooseInfrastructure(surroundings(lacking)));
    expect(missing).toMatch(message);
    expect(missing).toMatch(/Install a Java 17 or later and Maven .*or start Docker, or set KAFKA_BROKERS/);
  });

  it('names both servers where neither can be had', () => {
    const missing = missingParts(chooseInfrastructure(surroundings({ ...NO_JAVA, postgresIsInstalled: false })));
    expect(missing).toMatch(/No Kafka[\s\S]*\nNo Postgres[\s\S]*DATABASE_URL/);
  });
});

describe('describeChoice', () => {
  it('says where each server comes from, and never a password', () => {
    const choice = chooseInfrastructure(surroundings({ databaseUrl: 'postgres://u:secret@h:5/d' }));
    expect(describeChoice(choice)).toBe('Kafka: embedded; Postgres: given (postgres://u@h:5/d)');
  });
});
