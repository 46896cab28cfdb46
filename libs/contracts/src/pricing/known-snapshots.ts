/** Names under which a provider answers, by provider. */
export type SnapshotNames = Readonly<Record<string, readonly string[]>>;

/**
 * Dated names that providers answer with and that the catalogue only knows by a prefix or a pattern. Written out here so
 * that a card can list them: which model each one means is still the catalogue's word, asked once, at import.
 */
export const KNOWN_SNAPSHOTS: SnapshotNames = {
  anthropic: [
    'claude-3-haiku-20240307',
    'claude-3-opus-20240229',
    'claude-3-5-haiku-20241022',
    'claude-3-5-sonnet-20240620',
    'claude-3-5-sonnet-20241022',
    'claude-3-7-sonnet-20250219',
    'claude-haiku-4-5-20251001',
    'claude-opus-4-1-20250805',
    'claude-opus-4-5-20251101',
    'claude-sonnet-4-20250514',
    'claude-sonnet-4-5-20250929',
  ],
  google: [
    'claude-opus-4@20250514',
    'claude-sonnet-4@20250514',
    'gemini-2.0-flash-001',
    'gemini-2.0-flash-lite-001',
    'gemini-2.5-pro-preview-05-06',
    'gemini-2.5-pro-preview-06-05',
  ],
  openai: ['gpt-5-nano-2025-08-07'],
};
