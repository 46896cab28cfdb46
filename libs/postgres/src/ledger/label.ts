/** What a label names: something the ledger's hash covers, or a user, who can be erased. */
export const LABEL_KIND = { name: 1, user: 2 } as const;
export type LabelKind = (typeof LABEL_KIND)[keyof typeof LABEL_KIND];

/** A text that repeats on many ledger events of an organization, and the number that stands for it there. */
export interface Label {
  readonly organizationKey: number;
  readonly kind: LabelKind;
  readonly value: string;
  readonly labelKey: number;
}

export interface LabelRow {
  readonly organization_key: number;
  readonly kind: LabelKind;
  readonly value: string;
  readonly label_key: number;
}

export function mapLabel(row: LabelRow): Label {
  return { organizationKey: row.organization_key, kind: row.kind, value: row.value, labelKey: row.label_key };
}
