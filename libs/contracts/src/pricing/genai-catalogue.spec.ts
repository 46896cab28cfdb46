import { type GenaiMatch, matches, namesWrittenOut } from './genai-catalogue';

const rule: GenaiMatch = {
  or: [
    { equals: 'claude-sonnet-4' },
    { starts_with: 'claude-sonnet-4-2025' },
    { or: [{ equals: 'sonnet' }, { ends_with: '-sonnet' }] },
    { and: [{ contains: 'son' }, { regex: '^x' }] },
  ],
};

describe('namesWrittenOut', () => {
  it('are those of rules that equal a name, however deep in alternatives', () => {
    expect(namesWrittenOut(rule)).toEqual(['claude-sonnet-4', 'sonnet']);
  });

  it('are none of a prefix, a suffix, a part, a pattern or a condition with several parts', () => {
    const others: GenaiMatch[] = [
      { starts_with: 'a' },
      { ends_with: 'a' },
      { contains: 'a' },
      { regex: 'a' },
      { and: [{ equals: 'a' }, { contains: 'a' }] },
    ];
    expect(others.flatMap(namesWrittenOut)).toEqual([]);
  });
});

describe('matches', () => {
  it.each([
    ['claude-sonnet-4', true],
    ['Claude-Sonnet-4', true],
    ['claude-sonnet-4-20250514', true],
    ['claude-sonnet-4-0', false],
    ['my-sonnet', true],
    ['sonnets', false],
    ['x-son', true],
    ['a-x-son', false],
    ['x', false],
  ])('of %s is %s', (name, meant) => {
    expect(matches(rule, name)).toBe(meant);
  });
});
