import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { readLines } from './read-lines';
import type { SourcedUsage, UsageSource } from './usage-source';
import { describe, WrongUsage } from '../session/faults';

export interface TraceTerms {
  readonly file: string;
  readonly organizationIds: readonly string[];
  readonly provider: string;
  readonly model: string;
}

const SOURCE = '/floopy/trace/azure-llm-2023';
const HEADER = 'TIMESTAMP,ContextTokens,GeneratedTokens';
const LINE = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d\.\d{3})\d*,(\d{1,9}),(\d{1,9})$/;
const HASH_LENGTH = 16;

/**
 * Reads the LLM inference trace of the Azure Public Dataset as usage. An event's id is made of the file's hash and its
 * line, and its organization follows from the line: publishing the file again sends the same events.
 */
export async function readAzureTrace(terms: TraceTerms): Promise<UsageSource> {
  const { hash, lines } = await digestOf(terms.file);
  return { total: Math.max(lines - 1, 0), usages: readUsages(terms, hash) };
}

async function* readUsages(terms: TraceTerms, hash: string): AsyncGenerator<SourcedUsage> {
  for await (const { number, text } of readLines(terms.file)) {
    if (number === 1) {
      if (text !== HEADER) throw new WrongUsage(`${terms.file} is no such trace: its first line is not "${HEADER}".`);
      continue;
    }
    const match = LINE.exec(text);
    if (match === null) throw new WrongUsage(`${terms.file} line ${number} is not "time,tokens,tokens": ${text}`);
    const [, day, time, input, output] = match;
    yield {
      usage: {
        organization_id: terms.organizationIds[(number - 2) % terms.organizationIds.length] ?? '',
        request_id: `req_${hash}_${number}`,
        origin: 'gateway',
        provider: terms.provider,
        model: terms.model,
        outcome: 'succeeded',
        usage: { input_tokens: Number(input), output_tokens: Number(output) },
      },
      id: `${hash}-${number}`,
      time: new Date(`${day}T${time}Z`),
      source: SOURCE,
      place: `line ${number}`,
    };
  }
}

async function digestOf(file: string): Promise<{ readonly hash: string; readonly lines: number }> {
  const digest = createHash('sha256');
  const input = createReadStream(file);
  input.on('data', (chunk) => digest.update(chunk));
  let lines = 0;
  try {
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY }))
      if (line !== '') lines += 1;
  } catch (error) {
    throw new WrongUsage(`${file} cannot be read: ${describe(error)}`);
  }
  return { hash: digest.digest('hex').slice(0, HASH_LENGTH), lines };
}
