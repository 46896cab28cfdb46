import { readStartOptions, UsageShown } from './options';

describe('readStartOptions', () => {
  it('plays traffic and keeps what is stored, unless told otherwise', () => {
    expect(readStartOptions([], '/srv/local')).toEqual({
      directory: '/srv/local',
      fresh: false,
      traffic: true,
      apiPort: undefined,
    });
    expect(
      readStartOptions(['--fresh', '--no-traffic', '--port', '8080', '--directory', '/else'], '/srv/local'),
    ).toEqual({
      directory: '/else',
      fresh: true,
      traffic: false,
      apiPort: 8080,
    });
  });

  it.each([
    [['--help'], 0, /npm start -- \[options\]/],
    [['--trafic'], 2, /--trafic[\s\S]*npm start -- \[options\]/],
    [['--port', '0'], 2, /--port takes a number from 1 to 65535, not "0"/],
    [['--port', 'http'], 2, /not "http"/],
  ])('explains itself when given %j', (args, exitCode, message) => {
    const usage = shownFor(args);
    expect(usage.exitCode).toBe(exitCode);
    expect(usage.message).toMatch(message);
  });
});

function shownFor(args: readonly string[]): UsageShown {
  try {
    readStartOptions(args, '/srv/local');
  } catch (error) {
    if (error instanceof UsageShown) return error;
    throw error;
  }
  throw new Error('The arguments were accepted.');
}
