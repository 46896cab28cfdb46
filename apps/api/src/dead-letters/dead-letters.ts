import { type LetterPorts, redriveLetters, type RedriveLettersPorts } from '@floopy/application';
import { cloudEventOf, decodeKeptRecord, encodeCorrection } from '@floopy/contracts';
import {
  createLetterStore,
  createRedriveStore,
  type DatabasePool,
  PriceBookMemory,
  type Queries,
  queriesOf,
} from '@floopy/postgres';
import { sha256, systemClock } from '@floopy/runtime';

export const DEAD_LETTERS = Symbol('DEAD_LETTERS');

/** What the routes of dead letters need. They are of no one organization, so that they go through the writer's pool. */
export interface DeadLetters {
  readonly queries: Queries;
  readonly letters: LetterPorts;
  readonly redrive: (request: Parameters<typeof redriveLetters>[1]) => ReturnType<typeof redriveLetters>;
}

export function openDeadLetters(writer: DatabasePool): DeadLetters {
  const letters: LetterPorts = {
    store: createLetterStore(writer),
    decode: decodeKeptRecord,
    encode: encodeCorrection,
    eventOf: cloudEventOf,
  };
  const ports: RedriveLettersPorts = {
    store: createRedriveStore(writer, new PriceBookMemory()),
    letters: letters.store,
    decode: decodeKeptRecord,
    clock: systemClock,
    sha256,
    onProgress: () => undefined,
  };
  return { queries: queriesOf(writer), letters, redrive: (request) => redriveLetters(ports, request) };
}
