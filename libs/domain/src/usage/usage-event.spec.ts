import { tokenCounts } from '../../test/a-usage-event';
import { CREDENTIALS, isServed, ORIGINS, OUTCOMES, SERVICE_TIERS, tokenCountFault } from './usage-event';

describe('the words of a usage event', () => {
  it('are part of the contract and of every hash: one may be added, none renamed', () => {
    expect(ORIGINS).toEqual(['gateway', 'playground']);
    expect(OUTCOMES).toEqual(['succeeded', 'client_aborted', 'upstream_error', 'blocked']);
    expect(SERVICE_TIERS).toEqual(['standard', 'batch', 'flex', 'priority']);
    expect(CREDENTIALS).toEqual(['platform', 'byok']);
  });
});

describe('isServed', () => {
  it('holds where the customer got an answer or a part of one', () => {
    expect(OUTCOMES.filter(isServed)).toEqual(['succeeded', 'client_aborted']);
  });
});

describe('tokenCountFault', () => {
  const everyInputSubset = {
    cacheReadInput: 1,
    cacheCreation5mInput: 2,
    cacheCreation1hInput: 4,
    inputAudio: 8,
    cacheReadInputAudio: 16,
  };
  const everyOutputSubset = { reasoningOutput: 1, outputAudio: 2 };

  it('finds nothing where the subsets fill their totals', () => {
    expect(
      tokenCountFault(tokenCounts({ input: 31, ...everyInputSubset, output: 3, ...everyOutputSubset })),
    ).toBeNull();
    expect(tokenCountFault(tokenCounts({}))).toBeNull();
  });

  it('finds input subsets whose sum passes the total, each of which counts', () => {
    expect(tokenCountFault(tokenCounts({ input: 30, ...everyInputSubset }))).toBe('input_subsets_exceed_total');
  });

  it('finds output subsets whose sum passes the total, each of which counts', () => {
    expect(tokenCountFault(tokenCounts({ output: 2, ...everyOutputSubset }))).toBe('output_subsets_exceed_total');
  });

  it('does not take input for output', () => {
    expect(tokenCountFault(tokenCounts({ input: 9, output: 2, ...everyOutputSubset }))).not.toBeNull();
    expect(tokenCountFault(tokenCounts({ input: 30, output: 9, ...everyInputSubset }))).not.toBeNull();
  });
});
