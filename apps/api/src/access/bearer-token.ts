import { sha256 } from '@floopy/runtime';
import type { IncomingRequest } from '../http/api-request';

/** Longer than any key of ours; what is longer is not worth hashing. */
const BEARER = /^Bearer +([\x21-\x7e]{1,256})$/i;

/** The SHA-256 of the API key that a request carries, computed once; null when it carries none. */
export function apiKeyHashOf(request: IncomingRequest): string | null {
  request.apiKeyHash ??= hashOfKey(request);
  return request.apiKeyHash;
}

function hashOfKey(request: IncomingRequest): string | null {
  const { authorization } = request.headers;
  const token = typeof authorization === 'string' ? BEARER.exec(authorization)?.[1] : undefined;
  return token === undefined ? null : sha256(token);
}
