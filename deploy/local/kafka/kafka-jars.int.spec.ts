import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { temporaryDirectory, type TemporaryDirectory } from '../../../test/support/temporary-directory';
import { readLocalEnvironment } from '../environment';
import { repositoryRoot } from '../repository-root';
import { hasKafkaJars, KAFKA_VERSION, provideKafkaJars } from './kafka-jars';

const PATIENCE_MS = 180_000;

let cache: TemporaryDirectory;
beforeEach(() => {
  cache = temporaryDirectory();
});
afterEach(() => cache.remove());

describe('the cache of Kafka jars', () => {
  it(
    'is filled once by two that need it at once, and not at all by one that comes later',
    async () => {
      const steps: string[] = [];
      const note = (step: string): void => void steps.push(step);
      expect(hasKafkaJars(cache.path)).toBe(false);
      const [first, second] = await Promise.all([
        provideKafkaJars(cache.path, note),
        provideKafkaJars(cache.path, note),
      ]);
      expect(second).toBe(first);
      expect(steps.filter((step) => step.startsWith('downloading'))).toHaveLength(1);
      expect(steps.filter((step) => step.startsWith('waiting for process'))).toHaveLength(1);
      expect(readdirSync(first)).toContain(`kafka_2.13-${KAFKA_VERSION}.jar`);

      expect(await provideKafkaJars(cache.path, note)).toBe(first);
      expect(steps).toHaveLength(2);
    },
    PATIENCE_MS,
  );

  it(
    'does not take over the half of a download that was killed',
    async () => {
      const kept = readLocalEnvironment().cacheDirectory;
      const name = basename(await provideKafkaJars(kept, () => undefined));
      const other = temporaryDirectory();
      const draft = join(other.path, `${name}.filling`, 'jars');
      mkdirSync(draft, { recursive: true });
      writeFileSync(join(draft, 'half.jar'), '');
      expect(hasKafkaJars(other.path)).toBe(false);
      expect(readdirSync(await provideKafkaJars(other.path, () => undefined))).not.toContain('half.jar');
      other.remove();
    },
    PATIENCE_MS,
  );

  it('is named after the version that the pom names', () => {
    const pom = readFileSync(join(repositoryRoot(), 'deploy/local/kafka/pom.xml'), 'utf8');
    expect(pom).toContain(`<kafka.version>${KAFKA_VERSION}</kafka.version>`);
  });
});
