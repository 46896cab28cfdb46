import { sha256 } from '@floopy/runtime';
import { invalidRequest } from '../problems/problem-error';

/** Whole numbers that say where a page ended. */
export type Place = readonly number[];

const FILTER_DIGITS = 12;
const MAX_CURSOR_LENGTH = 200;

/**
 * Writes where a page ended as an opaque text, together with the filter it was read with: under another filter the same
 * place would skip entries in silence.
 */
export function encodeCursor(filter: object, place: Place): string {
  return Buffer.from([digestOf(filter), ...place].join('.')).toString('base64url');
}

/** Reads a cursor. @throws 400 when it is not one of ours, or was given for another filter. */
export function decodeCursor(cursor: string, filter: object, numbers: number): Place {
  const refuse = (detail: string): Error => invalidRequest([{ pointer: '/cursor', detail }]);
  if (cursor.length > MAX_CURSOR_LENGTH) throw refuse('is not a cursor of this service');
  const [digest, ...texts] = Buffer.from(cursor, 'base64url').toString('latin1').split('.');
  const isPlace = texts.length === numbers && texts.every((text) => /^\d{1,15}$/.test(text));
  if (!isPlace || digest?.length !== FILTER_DIGITS) throw refuse('is not a cursor of this service');
  if (digest !== digestOf(filter)) throw refuse('was given for another filter: send the parameters of the first page');
  return texts.map(Number);
}

/** Of the parameters that decide what is on the pages, in the order of their names. */
function digestOf(filter: object): string {
  const entries = Object.entries(filter).filter(([, value]) => value !== undefined);
  return sha256(JSON.stringify(entries.toSorted(([left], [right]) => (left < right ? -1 : 1)))).slice(0, FILTER_DIGITS);
}
