import { ClosingStack } from './closing-stack';

describe('ClosingStack', () => {
  it('closes in the opposite order, and everything, even when a part does not close', async () => {
    const closed: string[] = [];
    const closing = new ClosingStack();
    closing.push('server', () => void closed.push('server'));
    closing.push('stuck', () => Promise.reject(new Error('it does not end')));
    closing.push('app', async () => void closed.push('app'));
    expect(await closing.closeAll()).toEqual(['stuck: it does not end']);
    expect(closed).toEqual(['app', 'server']);
  });

  it('closes each part once', async () => {
    let count = 0;
    const closing = new ClosingStack();
    closing.push('part', () => void (count += 1));
    await closing.closeAll();
    await closing.closeAll();
    expect(count).toBe(1);
  });
});
