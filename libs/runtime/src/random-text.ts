import { randomBytes } from 'node:crypto';

/** Random bytes as base64url: for secrets and ids that nobody can guess. */
export function randomText(bytes: number): string {
  return randomBytes(bytes).toString('base64url');
}
