import type { Queries } from '../connection/queries';
import type { LabelText } from './map-ledger-row';

/** Past this many, the memory is emptied and fills again from the database. */
export const MAX_REMEMBERED_TEXTS = 100_000;

/** Texts of names, remembered across transactions: the database refuses to change one. Users' names are never held. */
export class LabelTextMemory {
  private readonly texts = new Map<string, string>();

  textOf(organizationKey: number, labelKey: number): string | undefined {
    return this.texts.get(`${organizationKey}/${labelKey}`);
  }

  remember(organizationKey: number, labelKey: number, text: string): void {
    if (this.texts.size >= MAX_REMEMBERED_TEXTS) this.texts.clear();
    this.texts.set(`${organizationKey}/${labelKey}`, text);
  }
}

/** Reads the texts of an organization's names by their keys, from memory where they are known. */
export async function readLabelTexts(
  queries: Queries,
  organizationKey: number,
  labelKeys: ReadonlySet<number>,
  memory: LabelTextMemory = new LabelTextMemory(),
): Promise<LabelText> {
  // Held for this answer too: the memory may be emptied while another read fills it.
  const texts = new Map<number, string>();
  const missing: number[] = [];
  for (const key of labelKeys) {
    const text = memory.textOf(organizationKey, key);
    if (text === undefined) missing.push(key);
    else texts.set(key, text);
  }
  for (const row of missing.length === 0 ? [] : await selectTexts(queries, organizationKey, missing)) {
    texts.set(row.label_key, row.value);
    memory.remember(organizationKey, row.label_key, row.value);
  }
  return (labelKey) => {
    const text = texts.get(labelKey);
    if (text === undefined) throw new Error(`organization key ${organizationKey} has no name with key ${labelKey}`);
    return text;
  };
}

async function selectTexts(
  queries: Queries,
  organizationKey: number,
  labelKeys: readonly number[],
): Promise<{ label_key: number; value: string }[]> {
  return queries.query({
    name: 'read_label_texts',
    text: `
      SELECT label_key, value
        FROM label
       WHERE organization_key = $1 AND label_key = ANY ($2::int4[]) AND kind = 1`,
    values: [organizationKey, labelKeys],
  });
}
