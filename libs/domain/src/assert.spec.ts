import { assert, assertNever } from './assert';

describe('assert', () => {
  it('lets a true fact pass and names a false one', () => {
    expect(() => assert(true, 'one is one')).not.toThrow();
    expect(() => assert(false, 'one is two')).toThrow('assertion failed: one is two');
  });
});

describe('assertNever', () => {
  it('names the value that no case was written for', () => {
    expect(() => assertNever('fifth' as never)).toThrow('unexpected fifth');
  });
});
