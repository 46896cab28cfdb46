import { strict as assert } from 'node:assert';
import type { Cut } from './cuts';
import type { Act } from './steps';
import type { World } from './world';

/** One kind of act, done for real and told to the oracle. */
export type Played<Type extends Act['type']> = (
  world: World,
  act: Extract<Act, { type: Type }>,
  cut: Cut | null,
) => Promise<void> | void;

/**
 * Does what an operator asks for on a connection that may break, in which case it is asked for again, and compares the answer.
 * @param says what the oracle answers to somebody who asks once
 */
export async function assertAnswered(
  world: World,
  { subject, says, cut }: { readonly subject: string; readonly says: string; readonly cut: Cut | null },
  ask: () => Promise<string>,
): Promise<void> {
  const { result, wasCut } = await world.cuts.during(cut, ask);
  const admissible = wasCut ? [says, TO_A_REPETITION[says] ?? says] : [says];
  const expected = admissible.join(' or ');
  assert.ok(admissible.includes(result), `${subject} is answered "${result}", and the oracle says ${expected}`);
}

/** What is answered to somebody who asks for what was done already. */
const TO_A_REPETITION: Readonly<Record<string, string>> = {
  published: 'already_published',
  adjusted: 'repeated',
  reversed: 'already_reversed',
  changed: 'unchanged',
  registered: 'refused',
  applied: 'ended',
};
