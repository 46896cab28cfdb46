import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { testServers } from '../support/servers';
import { uniqueTopic } from '../support/test-topic';
import { createTopicOn, readRecords } from './usage-client-fixture';

const execute = promisify(execFile);

const ROOT = resolve(__dirname, '../..');
const PACKAGE = join(ROOT, 'libs/usage-client');
const COMPILER_OPTIONS = {
  target: 'es2023',
  module: 'nodenext',
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: false,
  types: ['node'],
};

jest.setTimeout(180_000);

describe('the published package', () => {
  let project: string;

  beforeAll(async () => {
    project = mkdtempSync(join(tmpdir(), 'floopy-package-'));
    await execute('npm', ['pack', '--pack-destination', project], { cwd: PACKAGE });
    const [tarball = ''] = readdirSync(project).filter((name) => name.endsWith('.tgz'));
    writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'a-producer', private: true, type: 'module' }));
    const quietly = ['--no-audit', '--no-fund', '--prefer-offline'];
    await execute('npm', ['install', ...quietly, `./${tarball}`, '@types/node@20'], { cwd: project });
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions: COMPILER_OPTIONS }));
  });

  afterAll(() => rmSync(project, { recursive: true, force: true }));

  it('type-checks and runs the example of its README against a real broker', async () => {
    const topic = await createTopicOn(testServers().kafkaBrokers, uniqueTopic('package'));
    const example = /```ts\n(.*?)```/s.exec(readFileSync(join(PACKAGE, 'README.md'), 'utf8'))?.[1] ?? '';
    expect(example.trim().split('\n').length - 1).toBeLessThanOrEqual(10);
    const options = `brokers: ${JSON.stringify(testServers().kafkaBrokers)}, topic: '${topic}'`;
    writeFileSync(join(project, 'example.ts'), example.replace("brokers: ['127.0.0.1:9092']", options));
    await execute(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc')], { cwd: project });
    const { stdout } = await execute(process.execPath, ['example.js'], { cwd: project });
    const [record] = await readRecords(testServers().kafkaBrokers, topic);
    expect(stdout).toContain("type: 'delivered'");
    expect(stdout).toContain(`id: '${record?.id}'`);
  });

  it('loads by require as well, and holds neither sources nor specs nor our aliases', async () => {
    const script = "console.log(typeof require('@floopy/usage-client').createUsageClient)";
    writeFileSync(join(project, 'required.cjs'), script);
    expect((await execute(process.execPath, ['required.cjs'], { cwd: project })).stdout).toBe('function\n');
    const installed = join(project, 'node_modules/@floopy/usage-client');
    const files = readdirSync(installed, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('.'));
    expect(files.filter((name) => /\.spec\.|(?<!\.d)\.ts$|\.map$/.test(name))).toEqual([]);
    const compiled = files.filter((name) => /\.(js|d\.ts)$/.test(name));
    expect(compiled.length).toBeGreaterThan(10);
    for (const name of compiled) expect(readFileSync(join(installed, name), 'utf8')).not.toMatch(/['"]@floopy\//);
  });
});
