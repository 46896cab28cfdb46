import { PositionWaiter } from './position-waiter';

describe('PositionWaiter', () => {
  it('answers at once when the position is there', async () => {
    let readings = 0;
    const waiter = new PositionWaiter(() => Promise.resolve((readings += 1) && 7));
    expect(await waiter.reaches(1, 7)).toBe(true);
    expect(readings).toBe(1);
  });

  it('asks once for all who wait for the same organization', async () => {
    let readings = 0;
    const waiter = new PositionWaiter(() => Promise.resolve((readings += 1)));
    const before = 50;
    const answers = await Promise.all(Array.from({ length: before }, () => waiter.reaches(1, before + 3)));
    expect(answers).toEqual(answers.map(() => true));
    // Everybody looks once for himself, and then they share.
    expect(readings).toBeLessThanOrEqual(before + 4);
  });

  it('answers no when the time is over', async () => {
    const waiter = new PositionWaiter(() => Promise.resolve(6), 100);
    expect(await waiter.reaches(1, 7)).toBe(false);
  });

  it('fails when the position cannot be read', async () => {
    const waiter = new PositionWaiter(() => Promise.reject(new Error('away')));
    await expect(waiter.reaches(1, 7)).rejects.toThrow('away');
  });
});
