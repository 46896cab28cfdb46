import { hash } from 'node:crypto';

/** SHA-256 of a text's UTF-8 bytes, 64 lower-case hexadecimal digits. In one call: no hash object for each text. */
export function sha256(text: string): string {
  return hash('sha256', text, 'hex');
}
