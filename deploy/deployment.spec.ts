import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { KAFKA_VERSION } from './local/kafka/kafka-jars';
import { APP_NODE_FLAGS } from './local/processes/app-node-flags';
import { repositoryRoot } from './local/repository-root';

/** Apps that run until they are stopped; the operator's command line is run when somebody needs it. */
const SERVICES = readdirSync(join(repositoryRoot(), 'apps')).filter((app) => app !== 'operator');
const APPS = [...SERVICES, 'operator'];
/** Read by Node itself. */
const OF_THE_RUNTIME = ['NODE_ENV', 'NODE_OPTIONS'];

const serviceSchema = z.object({
  image: z.string(),
  command: z.array(z.string()).optional(),
  entrypoint: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).default({}),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  healthcheck: z.looseObject({}).optional(),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
});
const composeSchema = z.object({
  services: z.record(z.string(), serviceSchema),
  volumes: z.record(z.string(), z.null()),
});

const variableSchema = z.object({
  name: z.string(),
  value: z.string().optional(),
  valueFrom: z.looseObject({}).optional(),
});
const containerSchema = z.object({
  name: z.string(),
  args: z.array(z.string()),
  env: z.array(variableSchema),
  envFrom: z.array(z.object({ configMapRef: z.object({ name: z.string() }) })),
  ports: z.array(z.object({ containerPort: z.number() })).default([]),
  livenessProbe: z.object({ httpGet: z.object({ path: z.literal('/healthz') }) }).optional(),
  readinessProbe: z.object({ httpGet: z.object({ path: z.literal('/readyz') }) }).optional(),
  resources: z.object({ requests: z.record(z.string(), z.string()), limits: z.record(z.string(), z.string()) }),
  securityContext: z.object({ readOnlyRootFilesystem: z.literal(true), allowPrivilegeEscalation: z.literal(false) }),
});
const podSchema = z.object({
  containers: z.array(containerSchema),
  initContainers: z.array(containerSchema).default([]),
  securityContext: z.looseObject({ runAsNonRoot: z.literal(true) }),
});
const workloadSchema = z.object({
  kind: z.enum(['Deployment', 'Job']),
  metadata: z.looseObject({ name: z.string() }),
  spec: z.looseObject({ template: z.looseObject({ spec: podSchema }) }),
});
const scheduledSchema = z.object({
  kind: z.literal('CronJob'),
  metadata: z.looseObject({ name: z.string() }),
  spec: z.looseObject({
    schedule: z.string().regex(/^\d+ \d+ \* \* \*$/),
    jobTemplate: z.looseObject({ spec: workloadSchema.shape.spec }),
  }),
});
const settingsSchema = z.object({ kind: z.literal('ConfigMap'), data: z.record(z.string(), z.string()) });

describe('the image', () => {
  it('runs Node as the local start does', () => {
    expect(readText('deploy/Dockerfile')).toContain(`NODE_OPTIONS="${APP_NODE_FLAGS.join(' ')}"`);
  });
});

describe('docker-compose.yml', () => {
  const { services, volumes } = composeSchema.parse(parse(readText('docker-compose.yml'), { merge: true }));

  it('runs every app, from a program that the build makes', () => {
    for (const app of APPS) {
      const { command = [], entrypoint = [] } = services[app] ?? {};
      expect([...entrypoint, ...command].join(' ')).toContain(`apps/${app}/src/main.js`);
      expect(existsSync(join(repositoryRoot(), 'apps', app, 'src/main.ts'))).toBe(true);
    }
  });

  it.each(SERVICES)('gives %s each variable that it must have, and none that it does not know', async (app) => {
    await expectSettingsToFit(app, Object.keys(services[app]?.environment ?? {}));
  });

  it('tells the command line and the setup where the servers are, and nothing else', () => {
    for (const tool of ['operator', 'setup']) {
      expect(Object.keys(services[tool]?.environment ?? {})).toEqual(['DATABASE_URL', 'KAFKA_BROKERS']);
    }
  });

  it('starts the apps after the servers are healthy and the setup has run', () => {
    for (const app of APPS)
      expect(services[app]?.depends_on['setup']?.condition).toBe('service_completed_successfully');
    for (const server of ['kafka', 'postgres']) {
      expect(services['setup']?.depends_on[server]?.condition).toBe('service_healthy');
      expect(services[server]?.healthcheck).toBeDefined();
    }
  });

  it('publishes ports on the loopback address only, and each once', () => {
    const published = Object.values(services).flatMap((service) => service.ports);
    expect(published.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
    expect(new Set(published).size).toBe(published.length);
  });

  it('runs the Kafka that the embedded start runs, and pins every image', () => {
    expect(services['kafka']?.image).toBe(`apache/kafka:${KAFKA_VERSION}`);
    const bought = Object.values(services).filter((service) => service.image !== 'floopy-billing');
    expect(bought.filter(({ image }) => !/:\d/.test(image))).toEqual([]);
  });

  it('declares the volumes that it mounts', () => {
    const mounted = Object.values(services).flatMap(({ volumes: all }) =>
      all.map((volume) => volume.replace(/:.*/, '')),
    );
    expect(mounted.sort()).toEqual(Object.keys(volumes).sort());
  });
});

describe('deploy/kubernetes', () => {
  const files = readdirSync(join(repositoryRoot(), 'deploy/kubernetes')).filter(
    (file) => file !== 'kustomization.yaml',
  );
  const documents = files.flatMap((file) => readDocuments(`deploy/kubernetes/${file}`));
  const workloads = documents.flatMap((document) => workloadSchema.safeParse(document).data ?? []);
  const scheduled = documents.flatMap((document) => scheduledSchema.safeParse(document).data ?? []);
  const settings = documents.flatMap((document) => settingsSchema.safeParse(document).data ?? []);

  it('lists every file in the kustomization', () => {
    const [kustomization] = readDocuments('deploy/kubernetes/kustomization.yaml');
    const { resources } = z.object({ resources: z.array(z.string()) }).parse(kustomization);
    expect(resources.sort()).toEqual(files.sort());
  });

  it('has a deployment for every service, each checked for what it must say', () => {
    const wanted = documents.filter((document) =>
      /^(Deployment|Job)$/.test(z.looseObject({ kind: z.string() }).parse(document).kind),
    );
    expect(wanted.map((document) => workloadSchema.parse(document).metadata.name).sort()).toEqual(
      [...SERVICES, 'floopy-billing-setup'].sort(),
    );
  });

  it.each(SERVICES)('gives %s each variable that it must have, on the port that it names', async (app) => {
    const [container] = containersOf(app);
    const shared = settings.flatMap(({ data }) => Object.keys(data));
    await expectSettingsToFit(app, [...shared, ...(container?.env.map(({ name }) => name) ?? [])]);
    const port = container?.env.find(({ name }) => name === 'PORT')?.value;
    expect(String(container?.ports[0]?.containerPort)).toBe(port);
    expect([container?.livenessProbe, container?.readinessProbe]).not.toContain(undefined);
  });

  it('writes an anchor every day, by a command that the operator has', () => {
    const [daily] = scheduled.flatMap(({ spec }) => spec.jobTemplate.spec.template.spec.containers);
    expect(daily?.args).toEqual(['apps/operator/src/main.js', 'anchor', 'export', '--directory', '/anchors']);
  });

  it('runs programs that the build makes', () => {
    const pods = [...workloads, ...scheduled.map(({ spec }) => spec.jobTemplate)].map(({ spec }) => spec.template.spec);
    const programs = pods.flatMap(({ containers, initContainers }) => [...containers, ...initContainers]);
    expect(programs).toHaveLength(SERVICES.length + 3);
    for (const { args } of programs) {
      const source = (args[0] ?? '').replace(/\.js$/, '.ts');
      expect([source, existsSync(join(repositoryRoot(), source))]).toEqual([source, true]);
    }
  });

  function containersOf(app: string) {
    return workloads.find(({ metadata }) => metadata.name === app)?.spec.template.spec.containers ?? [];
  }
});

describe('deploy/Dockerfile', () => {
  const dockerfile = readText('deploy/Dockerfile');

  it('copies what is there, and what .dockerignore lets through', () => {
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, names = '']) =>
      names.split(' '),
    );
    const allowed = readText('.dockerignore').split('\n');
    for (const name of copied) {
      expect([name, existsSync(join(repositoryRoot(), name)), allowed.includes(`!${name}`)]).toEqual([
        name,
        true,
        true,
      ]);
    }
  });

  it('does not run as root', () => {
    expect(dockerfile.match(/^USER (.+)$/gm)).toEqual(['USER node']);
  });
});

/** An app's schema is the object schema that its config.ts exports. */
async function expectSettingsToFit(app: string, given: readonly string[]): Promise<void> {
  const exported = (await import(join(repositoryRoot(), 'apps', app, 'src/config'))) as Record<string, unknown>;
  const schema = Object.values(exported).find((value) => value instanceof z.ZodObject);
  if (schema === undefined) throw new Error(`apps/${app}/src/config.ts exports no schema.`);
  const known = Object.keys(schema.shape);
  const missing = schema.safeParse({}).error?.issues.map((issue) => String(issue.path[0])) ?? [];
  expect(given).toEqual(expect.arrayContaining(missing));
  expect(given.filter((name) => !known.includes(name) && !OF_THE_RUNTIME.includes(name))).toEqual([]);
}

function readDocuments(path: string): unknown[] {
  return parseAllDocuments(readText(path)).map((document) => {
    if (document.errors.length > 0) throw new Error(`${path}: ${document.errors.join(', ')}`);
    return document.toJS() as unknown;
  });
}

function readText(path: string): string {
  return readFileSync(join(repositoryRoot(), path), 'utf8');
}
