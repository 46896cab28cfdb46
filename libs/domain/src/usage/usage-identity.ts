import { canonicalField, canonicalNumber, type Sha256 } from '../canonical-text';
import type { OrganizationId } from '../organization/organization';
import type { TokenCounts, UsageEvent } from './usage-event';

/** The first 16 bytes of a SHA-256, as 32 hexadecimal digits. */
export type Digest = string & { readonly digest: 'first 16 bytes of SHA-256' };

const DIGEST_HEX_LENGTH = 32;

/** What makes a usage event the same event for ever: organization, source and id, and never a time. */
export function identityDigest(event: Pick<UsageEvent, 'organizationId' | 'source' | 'id'>, sha256: Sha256): Digest {
  return digestOf(identityText(event.organizationId, event.source, event.id), sha256);
}

/**
 * What a resend must repeat: every stated fact of the event, defaults filled in, `time` included.
 * Trace context, metadata and unknown fields are left out, and so is the mode in which it was sent.
 */
export function contentDigest(event: UsageEvent, sha256: Sha256): Digest {
  return digestOf(contentText(event), sha256);
}

/** The digest of a canonical text. */
export function digestOf(text: string, sha256: Sha256): Digest {
  return sha256(text).slice(0, DIGEST_HEX_LENGTH) as Digest;
}

/** The canonical text that an identity is the digest of. */
export function identityText(organizationId: OrganizationId, source: string, id: string): string {
  return canonicalField(organizationId) + canonicalField(source) + canonicalField(id);
}

function contentText(event: UsageEvent): string {
  return (
    identityText(event.organizationId, event.source, event.id) +
    canonicalNumber(event.occurredAt) +
    canonicalField(event.requestId) +
    canonicalField(event.origin) +
    canonicalField(event.provider) +
    canonicalField(event.model) +
    canonicalField(event.serviceTier) +
    canonicalField(event.outcome) +
    canonicalField(event.cacheHit ? '1' : '0') +
    canonicalField(event.credential) +
    canonicalTokens(event.tokens) +
    canonicalField(event.teamId) +
    canonicalField(event.userId) +
    canonicalField(event.apiKeyId) +
    canonicalField(event.promptId) +
    canonicalField(event.sessionId) +
    canonicalField(event.attemptId)
  );
}

/** The nine token counts in the order of the contract, as nine fields. */
export function canonicalTokens(tokens: TokenCounts): string {
  return (
    canonicalNumber(tokens.input) +
    canonicalNumber(tokens.cacheReadInput) +
    canonicalNumber(tokens.cacheCreation5mInput) +
    canonicalNumber(tokens.cacheCreation1hInput) +
    canonicalNumber(tokens.inputAudio) +
    canonicalNumber(tokens.cacheReadInputAudio) +
    canonicalNumber(tokens.output) +
    canonicalNumber(tokens.reasoningOutput) +
    canonicalNumber(tokens.outputAudio)
  );
}
