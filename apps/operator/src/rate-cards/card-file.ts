import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { decodeRateCardFile, decodeRateOverrideFile, type RejectedFile } from '@floopy/contracts';
import type { RateCardDraft, RateOverrideDraft } from '@floopy/domain';
import { describe, WrongUsage } from '../session/faults';

/** Where an import leaves a card, and where the other commands look for one unless told otherwise. */
export const DEFAULT_CARD_FILE = '.local/rate-card.json';

export async function readCardFile(file: string): Promise<RateCardDraft> {
  const decoded = decodeRateCardFile(await readTextFile(file));
  if (decoded.type === 'rate_card') return decoded.draft;
  throw wrongFile(file, decoded);
}

export async function readOverrideFile(file: string): Promise<RateOverrideDraft> {
  const decoded = decodeRateOverrideFile(await readTextFile(file));
  if (decoded.type === 'rate_override') return decoded.draft;
  throw wrongFile(file, decoded);
}

export async function writeTextFile(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

export async function readTextFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new WrongUsage(`${file} cannot be read: ${describe(error)}`);
  }
}

export function wrongFile(file: string, { faults }: RejectedFile): WrongUsage {
  const lines = faults.map(({ pointer, detail }) => `  ${pointer === '' ? 'the file' : pointer} ${detail}`);
  return new WrongUsage(`${file} is not valid:\n${lines.join('\n')}`);
}
