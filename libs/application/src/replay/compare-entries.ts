import { encodeLedgerEvent, formatAmount, formatInstant, GENESIS_HASH, type LedgerEvent } from '@floopy/domain';
import type { Difference, DifferenceKind } from './proof-differences';

export type Finding = Pick<Difference, 'kind' | 'expected' | 'found' | 'subject'>;

type Fact = readonly [kind: DifferenceKind, textOf: (event: LedgerEvent) => string];

/** What is asked of an entry first, by the name of its own. */
const FACTS: readonly Fact[] = [
  ['amount', ({ amount }) => formatAmount(amount)],
  ['rate_card_version', ({ usage }) => textOf(usage?.price?.rateCardVersion)],
  ['override_version', ({ usage }) => textOf(usage?.price?.overrideVersion)],
  ['markup', ({ usage }) => textOf(usage?.price?.markupBasisPoints)],
  ['counted', ({ usage }) => textOf(usage?.counted)],
  ['plan_version', ({ usage }) => textOf(usage?.plan?.planVersion)],
  ['standing', ({ usage }) => textOf(usage?.plan?.standing)],
  ['overage_rate', ({ usage }) => textOf(usage?.plan?.overageRate)],
];

/**
 * What an entry tells otherwise than the one that had to be posted; nothing when they are hashed from the same text. That
 * text has every fact of an entry, so that none can be forgotten here.
 */
export function compareEntries(expected: LedgerEvent, found: LedgerEvent): Finding[] {
  if (encodeLedgerEvent(expected, GENESIS_HASH) === encodeLedgerEvent(found, GENESIS_HASH)) return [];
  const findings: Finding[] = [];
  for (const [kind, textOfFact] of FACTS) {
    const [expectedText, foundText] = [textOfFact(expected), textOfFact(found)];
    if (expectedText !== foundText) findings.push({ kind, expected: expectedText, found: foundText });
  }
  findings.push(...otherFacts(expected, found));
  // Something is hashed that has no words here: it differs all the same.
  return findings.length > 0
    ? findings
    : [{ kind: 'fact', subject: 'what is hashed', expected: 'equal', found: 'not' }];
}

function otherFacts(expected: LedgerEvent, found: LedgerEvent): Finding[] {
  const [expectedFacts, foundFacts] = [factsOf(expected), factsOf(found)];
  return [...expectedFacts].flatMap(([subject, text]): Finding[] => {
    const foundText = foundFacts.get(subject) ?? 'none';
    return text === foundText ? [] : [{ kind: 'fact', subject, expected: text, found: foundText }];
  });
}

/** Facts that are told by their field's name, each once. */
function factsOf({ type, occurredAt, cause, reason, usage, correction }: LedgerEvent): Map<string, string> {
  const { price: _, plan: __, counted: ___, tokens, ...facts } = usage ?? {};
  const { price: ____, plan: _____, voiding, ...corrected } = correction ?? {};
  const stated = { ...facts, ...tokens, ...corrected, voidId: voiding?.id, voidSource: voiding?.source };
  const named = { type, occurredAt: formatInstant(occurredAt), ...cause, reason, ...stated };
  return new Map(Object.entries(named).map(([name, value]) => [name, textOf(value)]));
}

function textOf(value: string | number | bigint | boolean | null | undefined): string {
  return value === null || value === undefined ? 'none' : String(value);
}
