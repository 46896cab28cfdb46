import {
  ANCHOR_ENCODING,
  type AnchoredHead,
  type AnchorHash,
  beginAnchor,
  extendAnchor,
  formatInstant,
  type Instant,
} from '@floopy/domain';
import { sha256 } from '@floopy/runtime';
import { z } from 'zod';

const digits = z.string().regex(/^[0-9a-f]{64}$/);

/** An anchor is JSON lines: this one, then one for each organization by the bytes of its id, and last the root. */
export const anchorHeaderSchema = z.object({ anchor: z.literal(ANCHOR_ENCODING), anchored_at: z.string() });

export const anchoredHeadSchema = z.object({
  organization_id: z.string().min(1),
  sequence: z.int().min(0),
  hash: digits,
});

export const anchorRootSchema = z.object({ root: digits, organizations: z.int().min(0) });

/** The heads of all streams at one moment, and what stands for all of them. */
export interface LedgerAnchor {
  readonly anchoredAt: Instant;
  readonly heads: readonly AnchoredHead[];
  readonly root: AnchorHash;
}

/** @param heads ascending by the bytes of the organizations' ids */
export function anchorOf(heads: readonly AnchoredHead[], anchoredAt: Instant): LedgerAnchor {
  const root = heads.reduce((link, head) => extendAnchor(link, head, sha256), beginAnchor(anchoredAt, sha256));
  return { anchoredAt, heads, root };
}

export function encodeAnchor({ anchoredAt, heads, root }: LedgerAnchor): string[] {
  return [
    JSON.stringify({ anchor: ANCHOR_ENCODING, anchored_at: formatInstant(anchoredAt) }),
    ...heads.map(({ organizationId, sequence, hash }) =>
      JSON.stringify({ organization_id: organizationId, sequence, hash }),
    ),
    JSON.stringify({ root, organizations: heads.length }),
  ];
}

/** What an answer says of an anchor: whoever keeps the root elsewhere compares it. */
export function describeAnchor({ anchoredAt, heads, root }: LedgerAnchor) {
  return { anchored_at: formatInstant(anchoredAt), organizations: heads.length, root };
}
