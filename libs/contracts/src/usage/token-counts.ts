import type { TokenCounts } from '@floopy/domain';
import type { TokenCountsBody } from './usage-event-schema';

/** Reads the nine counts that their schema has passed. */
export function tokenCountsIn(body: TokenCountsBody): TokenCounts {
  return {
    input: body.input_tokens,
    cacheReadInput: body.cache_read_input_tokens,
    cacheCreation5mInput: body.cache_creation_5m_input_tokens,
    cacheCreation1hInput: body.cache_creation_1h_input_tokens,
    inputAudio: body.input_audio_tokens,
    cacheReadInputAudio: body.cache_read_input_audio_tokens,
    output: body.output_tokens,
    reasoningOutput: body.reasoning_output_tokens,
    outputAudio: body.output_audio_tokens,
  };
}

/** Writes the nine counts, zeros too. */
export function tokenCountsBody(tokens: TokenCounts): TokenCountsBody {
  return {
    input_tokens: tokens.input,
    cache_read_input_tokens: tokens.cacheReadInput,
    cache_creation_5m_input_tokens: tokens.cacheCreation5mInput,
    cache_creation_1h_input_tokens: tokens.cacheCreation1hInput,
    input_audio_tokens: tokens.inputAudio,
    cache_read_input_audio_tokens: tokens.cacheReadInputAudio,
    output_tokens: tokens.output,
    reasoning_output_tokens: tokens.reasoningOutput,
    output_audio_tokens: tokens.outputAudio,
  };
}
