declare const idKind: unique symbol;

/** Who holds a balance: the Kafka key and the shard of everything. 1–128 visible ASCII characters. */
export type OrganizationId = string & { readonly [idKind]: 'organization' };

/** What pricing and posting need to know of an organization. */
export interface Organization {
  readonly id: OrganizationId;
  readonly name: string;
  /** Added to every subtotal after overrides, in hundredths of a per cent; null where its plan's markup applies. */
  readonly markupBasisPoints: number | null;
}

export const ID_MAX_LENGTH = 128;
const VISIBLE_ASCII = /^[\x21-\x7e]{1,128}$/;

/** Whether a text is an identifier as the contracts define it: 1–128 visible ASCII characters. */
export function isIdentifier(text: string): boolean {
  return VISIBLE_ASCII.test(text);
}

/** Takes a text that has been checked as an organization's identifier. */
export function organizationIdOf(text: string): OrganizationId {
  return text as OrganizationId;
}
