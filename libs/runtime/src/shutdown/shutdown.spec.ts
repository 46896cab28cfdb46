import { createLogger } from '../logging/create-logger';
import { Shutdown } from './shutdown';

const log = createLogger({ app: 'test', level: 'silent' });

function aShutdown(graceMs = 1_000): { shutdown: Shutdown; codes: number[] } {
  const codes: number[] = [];
  return { shutdown: new Shutdown({ log, graceMs, exit: (code) => void codes.push(code) }), codes };
}

describe('Shutdown', () => {
  it('stops parts in the reverse order of their start, one after the other', async () => {
    const { shutdown, codes } = aShutdown();
    const stopped: string[] = [];
    shutdown.add('pool', () => void stopped.push('pool'));
    shutdown.add('server', async () => {
      await new Promise((resolve) => setTimeout(resolve, 10));
      stopped.push('server');
    });
    await shutdown.stop();
    expect(stopped).toEqual(['server', 'pool']);
    expect(codes).toEqual([0]);
  });

  it('tells loops before it stops parts', async () => {
    const { shutdown } = aShutdown();
    let abortedAtStop = false;
    shutdown.add('loop', () => void (abortedAtStop = shutdown.signal.aborted));
    await shutdown.stop();
    expect(abortedAtStop).toBe(true);
  });

  it('goes on past a part that fails or hangs, and exits with 1', async () => {
    const { shutdown, codes } = aShutdown(30);
    const stopped: string[] = [];
    shutdown.add('pool', () => void stopped.push('pool'));
    shutdown.add('hanging', () => new Promise(() => undefined));
    shutdown.add('failing', () => Promise.reject(new Error('lost')));
    await shutdown.stop();
    expect(codes).toEqual([1]);
    expect(stopped).toEqual(['pool']);
  });

  it('ends once, however often it is asked', async () => {
    const { shutdown, codes } = aShutdown();
    await Promise.all([shutdown.stop(), shutdown.stop()]);
    expect(codes).toEqual([0]);
  });
});
