import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../test/support/run-script';
import { repositoryRoot } from './repository-root';

interface Lock {
  readonly packages: Record<
    string,
    { version?: string; resolved?: string; optionalDependencies?: Record<string, string> }
  >;
}

const LOCK: Lock = {
  packages: {
    '': {},
    'node_modules/tool': {
      version: '1.2.0',
      optionalDependencies: { '@tool/linux-x64-gnu': '^1.0.0', '@tool/darwin-arm64': '^1.0.0' },
    },
    'node_modules/@tool/linux-x64-gnu': { version: '1.2.0', resolved: 'somewhere' },
    'node_modules/watcher': { version: '2.0.0', optionalDependencies: { fsevents: '~2.3.2' } },
  },
};

describe('completeLockFile', () => {
  it('adds the builds of other platforms, in the version of the one that is there', async () => {
    const { packages } = await complete(LOCK);
    expect(packages['node_modules/@tool/darwin-arm64']).toEqual({
      version: '1.2.0',
      cpu: ['arm64'],
      os: ['darwin'],
      optional: true,
    });
    expect(packages['node_modules/fsevents']).toEqual({ version: '2.3.2', os: ['darwin'], optional: true });
  });

  it('takes registry addresses out, keeps what was locked, and changes nothing a second time', async () => {
    const once = await complete(LOCK);
    expect(once.packages['node_modules/@tool/linux-x64-gnu']).toEqual({ version: '1.2.0' });
    expect(await complete(once)).toEqual(once);
  });

  it('refuses an optional package whose name tells no platform', async () => {
    const unclear = {
      packages: { 'node_modules/tool': { version: '1.0.0', optionalDependencies: { extra: '^1.0.0' } } },
    };
    await expect(complete(unclear)).rejects.toThrow(/extra, whose name tells no platform/);
  });

  it('has been run over the lock file of this repository', async () => {
    const lock = JSON.parse(readFileSync(join(repositoryRoot(), 'package-lock.json'), 'utf8')) as Lock;
    const completed = await complete(lock);
    expect(Object.keys(completed.packages)).toEqual(Object.keys(lock.packages));
    expect(JSON.stringify(lock)).not.toContain('"resolved"');
  });
});

/** The script is an ES module for plain Node, so it runs in one. */
async function complete(lock: Lock): Promise<Lock> {
  const script = `
    import { completeLockFile } from './deploy/local/complete-lock-file.mjs';
    let text = '';
    for await (const chunk of process.stdin) text += chunk;
    const lock = JSON.parse(text);
    completeLockFile(lock);
    process.stdout.write(JSON.stringify(lock));`;
  return JSON.parse(await run(['--input-type=module', '-e', script], JSON.stringify(lock))) as Lock;
}
