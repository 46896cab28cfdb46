import type { TokenCounts } from '../usage/usage-event';

/** The kinds of token that may have a price of their own; every token of a request is in exactly one. */
export const TOKEN_CLASSES = [
  'input',
  'cache_read_input',
  'cache_creation_5m_input',
  'cache_creation_1h_input',
  'input_audio',
  'cache_read_input_audio',
  'output',
  'reasoning_output',
  'output_audio',
] as const;
export type TokenClass = (typeof TOKEN_CLASSES)[number];

/** What may stand on a line of a receipt: a class of tokens, or the fee for the request itself. */
export const CHARGEABLES = [...TOKEN_CLASSES, 'request'] as const;
export type Chargeable = (typeof CHARGEABLES)[number];

/** How many tokens of one class a request used: what is left of a total once its subsets are taken out, once. */
export function tokensOfClass(tokens: TokenCounts, tokenClass: TokenClass): number {
  switch (tokenClass) {
    case 'input':
      return (
        tokens.input -
        tokens.cacheReadInput -
        tokens.cacheCreation5mInput -
        tokens.cacheCreation1hInput -
        tokens.inputAudio -
        tokens.cacheReadInputAudio
      );
    case 'cache_read_input':
      return tokens.cacheReadInput;
    case 'cache_creation_5m_input':
      return tokens.cacheCreation5mInput;
    case 'cache_creation_1h_input':
      return tokens.cacheCreation1hInput;
    case 'input_audio':
      return tokens.inputAudio;
    case 'cache_read_input_audio':
      return tokens.cacheReadInputAudio;
    case 'output':
      return tokens.output - tokens.reasoningOutput - tokens.outputAudio;
    case 'reasoning_output':
      return tokens.reasoningOutput;
    case 'output_audio':
      return tokens.outputAudio;
  }
}
