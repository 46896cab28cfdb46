import { GroupedCalls } from './grouped-calls';

describe('GroupedCalls', () => {
  it('has one call on its way at a time, and brings what was asked meanwhile in the next', async () => {
    const calls: number[][] = [];
    const grouped = new GroupedCalls<number, number>(async (items) => {
      calls.push([...items]);
      await new Promise(setImmediate);
      return items.map((item) => item * 10);
    }, 3);
    const first = [1, 2].map((item) => grouped.ask(item));
    await Promise.resolve();
    await Promise.resolve();
    const later = [3, 4, 5, 6].map((item) => grouped.ask(item));
    expect(await Promise.all([...first, ...later])).toEqual([10, 20, 30, 40, 50, 60]);
    expect(calls).toEqual([[1, 2], [3, 4, 5], [6]]);
  });

  it('puts a call off where nobody waits for it, so that it carries what is asked meanwhile', async () => {
    const calls: number[][] = [];
    const grouped = new GroupedCalls<number, void>(
      async (items) => {
        calls.push([...items]);
        return items.map(() => undefined);
      },
      10,
      20,
    );
    void grouped.ask(1);
    await new Promise(setImmediate);
    void grouped.ask(2);
    await grouped.drained();
    expect(calls).toEqual([[1, 2]]);
  });

  it('fails everything in a call that fails, and nothing after it', async () => {
    const grouped = new GroupedCalls<number, number>((items) => {
      if (items.includes(1)) throw new Error('away');
      return Promise.resolve(items);
    }, 1);
    const [first, second] = [grouped.ask(1), grouped.ask(2)];
    await expect(first).rejects.toThrow('away');
    expect(await second).toBe(2);
  });
});
