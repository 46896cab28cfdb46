import { tokenCounts } from '../../test/a-usage-event';
import { TOKEN_CLASSES, tokensOfClass } from './token-class';

describe('tokensOfClass', () => {
  const tokens = tokenCounts({
    input: 1000,
    cacheReadInput: 1,
    cacheCreation5mInput: 2,
    cacheCreation1hInput: 4,
    inputAudio: 8,
    cacheReadInputAudio: 16,
    output: 500,
    reasoningOutput: 32,
    outputAudio: 64,
  });

  it.each([
    ['input', 969],
    ['cache_read_input', 1],
    ['cache_creation_5m_input', 2],
    ['cache_creation_1h_input', 4],
    ['input_audio', 8],
    ['cache_read_input_audio', 16],
    ['output', 404],
    ['reasoning_output', 32],
    ['output_audio', 64],
  ] as const)('takes every token of %s, once', (tokenClass, quantity) => {
    expect(tokensOfClass(tokens, tokenClass)).toBe(quantity);
  });

  it('puts every token of a request into exactly one class', () => {
    const sum = TOKEN_CLASSES.reduce((total, tokenClass) => total + tokensOfClass(tokens, tokenClass), 0);
    expect(sum).toBe(tokens.input + tokens.output);
  });
});
