import type { Mismatches } from './verify-mismatch';
import type { Guard } from './verify-sources';

/** Names each guard of the database that is not in force: what it would refuse may have happened unseen. */
export function verifyGuards(guards: readonly Guard[], mismatches: Mismatches): void {
  for (const { kind, subject, expected, found } of guards) {
    if (expected !== found) mismatches.add({ kind, subject, expected, found });
  }
}
