import type { Transaction } from '../connection/transaction';
import { findLabels } from './find-labels';
import { insertLabels } from './insert-labels';
import { type Label, LABEL_KIND, type LabelKind } from './label';

/** Finds the keys of labels that were interned before. */
export interface LabelKeys {
  /** @throws when the name was not interned: the caller left it out. */
  nameKey(organizationKey: number, value: string): number;
  userKey(organizationKey: number, value: string): number;
}

/** Labels of one generation; two are held, so that memory stays bounded with any number of users. */
export const MAX_REMEMBERED_LABELS = 200_000;

/** By kind, organization and text. */
type Keys = Readonly<Record<LabelKind, Map<number, Map<string, number>>>>;

function noKeys(): Keys {
  return { [LABEL_KIND.name]: new Map(), [LABEL_KIND.user]: new Map() };
}

/** Keys of labels, remembered across transactions. A key never changes, so what is remembered stays right. */
export class LabelMemory {
  private keys = noKeys();
  /** The generation before: a transaction that found a label known goes on finding it while others fill the memory. */
  private older = noKeys();
  private size = 0;

  keyOf(organizationKey: number, kind: LabelKind, value: string): number | undefined {
    return this.keys[kind].get(organizationKey)?.get(value) ?? this.older[kind].get(organizationKey)?.get(value);
  }

  remember(labels: readonly Label[]): void {
    if (this.size + labels.length > MAX_REMEMBERED_LABELS) this.beginGeneration();
    for (const { organizationKey, kind, value, labelKey } of labels) {
      const known = this.keys[kind].get(organizationKey) ?? new Map<string, number>();
      this.keys[kind].set(organizationKey, known);
      known.set(value, labelKey);
      this.size += 1;
    }
  }

  private beginGeneration(): void {
    this.older = this.keys;
    this.keys = noKeys();
    this.size = 0;
  }
}

/**
 * Gives labels that the memory does not know a key, interning those that are new. The caller holds the lock of each organization's stream, so
 * that nobody else interns for it at the same time. What is new is remembered only once the transaction is committed.
 */
export async function internLabels(
  transaction: Transaction,
  unknown: readonly Omit<Label, 'labelKey'>[],
  memory: LabelMemory,
): Promise<LabelKeys> {
  const fresh = new LabelMemory();
  if (unknown.length > 0) {
    const found = await findLabels(transaction, unremembered(unknown, fresh));
    fresh.remember(found);
    const absent = unremembered(unknown, fresh);
    const inserted = absent.length === 0 ? [] : await insertLabels(transaction, absent);
    fresh.remember(inserted);
    transaction.afterCommit(() => memory.remember([...found, ...inserted]));
  }
  const keyOf = (organizationKey: number, kind: LabelKind, value: string): number => {
    const key = memory.keyOf(organizationKey, kind, value) ?? fresh.keyOf(organizationKey, kind, value);
    if (key === undefined) throw new Error(`label was not interned for organization key ${organizationKey}`);
    return key;
  };
  return {
    nameKey: (organizationKey, value) => keyOf(organizationKey, LABEL_KIND.name, value),
    userKey: (organizationKey, value) => keyOf(organizationKey, LABEL_KIND.user, value),
  };
}

function unremembered<Wanted extends Omit<Label, 'labelKey'>>(
  wanted: readonly Wanted[],
  memory: LabelMemory,
): Wanted[] {
  const missing = new Map<string, Wanted>();
  for (const label of wanted) {
    if (memory.keyOf(label.organizationKey, label.kind, label.value) !== undefined) continue;
    missing.set(`${label.organizationKey} ${label.kind} ${label.value}`, label);
  }
  return [...missing.values()];
}
