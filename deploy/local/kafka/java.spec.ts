import { javaCommand, parseJavaVersion, readJavaVersion } from './java';

describe('parseJavaVersion', () => {
  it.each([
    ['openjdk version "17.0.15" 2025-04-15', 17],
    ['java version "1.8.0_392"', 8],
    ['openjdk version "21" 2023-09-19 LTS', 21],
    ['Error: could not find libjvm', undefined],
  ])('reads %s', (printed, version) => {
    expect(parseJavaVersion(printed)).toBe(version);
  });
});

describe('readJavaVersion', () => {
  it('answers nothing where there is no Java', async () => {
    expect(javaCommand('/nowhere')).toBe('/nowhere/bin/java');
    expect(await readJavaVersion('/nowhere')).toBeUndefined();
  });
});
