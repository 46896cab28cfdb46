import { run } from '../../test/support/run-script';

describe('requireNode', () => {
  it.each([
    ['20.18.9', 'linux', 'Node 20.19 or later is needed; this is 20.18.9. Install a current one and try again.'],
    ['18.20.0', 'darwin', 'Node 20.19 or later is needed; this is 18.20.0. Install a current one and try again.'],
    ['22.1.0', 'win32', 'Windows is served through its Linux subsystem: run this inside WSL.'],
  ])('refuses Node %s on %s, and says what to do', async (version, platform, message) => {
    expect(await answerTo(version, platform)).toBe(message);
  });

  it.each([
    ['20.19.0', 'linux'],
    ['24.0.0', 'darwin'],
  ])('accepts Node %s on %s', async (version, platform) => {
    expect(await answerTo(version, platform)).toBe('accepted');
  });
});

/** The script is an ES module for plain Node, so it runs in one. */
function answerTo(version: string, platform: string): Promise<string> {
  const script = `
    import { requireNode } from './deploy/local/preparation.mjs';
    try {
      requireNode(${JSON.stringify(version)}, ${JSON.stringify(platform)});
      process.stdout.write('accepted');
    } catch (error) {
      process.stdout.write(error.message);
    }`;
  return run(['--input-type=module', '-e', script]);
}
