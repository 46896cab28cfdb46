import { RandomNumbers } from './random-numbers';

const COUNT = 100_000;

function take<Value>(count: number, make: () => Value): Value[] {
  return Array.from({ length: count }, make);
}

describe('RandomNumbers', () => {
  it('gives the same numbers for the same seed, and others for its neighbour', () => {
    const [one, same, other] = [new RandomNumbers(7), new RandomNumbers(7), new RandomNumbers(8)];
    const numbers = take(100, () => one.next());
    expect(take(100, () => same.next())).toEqual(numbers);
    expect(take(100, () => other.next()).filter((number) => numbers.includes(number))).toEqual([]);
  });

  it('spreads fractions evenly', () => {
    const random = new RandomNumbers(1);
    const tenths = Array<number>(10).fill(0);
    for (const fraction of take(COUNT, () => random.fraction())) tenths[Math.floor(fraction * 10)]! += 1;
    for (const tenth of tenths) expect(Math.abs(tenth / COUNT - 0.1)).toBeLessThan(0.005);
  });

  it('never gives an id twice, nor one that another sequence gives', () => {
    const [fresh, other, seeded] = [RandomNumbers.fresh(), RandomNumbers.fresh(), new RandomNumbers(3)];
    const ids = [fresh, other, seeded].flatMap((random) => take(COUNT, () => random.uuid()));
    expect(new Set(ids).size).toBe(3 * COUNT);
  });

  it('stays below a limit, and reaches everything below it', () => {
    const random = new RandomNumbers(5);
    expect(new Set(take(1_000, () => random.below(4)))).toEqual(new Set([0, 1, 2, 3]));
  });
});
