import type { Cause, Credential, LedgerType, Origin, Outcome, RequestStanding, ServiceTier } from '@floopy/domain';

/**
 * Small numbers that stand for words in the ledger's rows. They are stored: a number is never given another meaning,
 * and a new word takes a new number.
 */
export class Codes<Word extends string> {
  private readonly words: ReadonlyMap<number, Word>;

  constructor(private readonly codes: Readonly<Record<Word, number>>) {
    this.words = new Map((Object.keys(codes) as Word[]).map((word) => [codes[word], word]));
  }

  codeOf(word: Word): number {
    return this.codes[word];
  }

  /** @throws when the row holds a number that stands for nothing: it was not written by this software. */
  wordOf(code: number): Word {
    const word = this.words.get(code);
    if (word === undefined) throw new Error(`unknown code ${code}; known are ${[...this.words.keys()].join(', ')}`);
    return word;
  }
}

export const ledgerTypeCodes = new Codes<LedgerType>({ payment: 1, request: 2, playground: 3, adjustment: 4 });
export const causeKindCodes = new Codes<Cause['kind']>({
  usage_event: 1,
  operator: 2,
  reversal: 3,
  reprice: 4,
});
export const originCodes = new Codes<Origin>({ gateway: 1, playground: 2 });
export const serviceTierCodes = new Codes<ServiceTier>({ standard: 1, batch: 2, flex: 3, priority: 4 });
export const outcomeCodes = new Codes<Outcome>({ succeeded: 1, client_aborted: 2, upstream_error: 3, blocked: 4 });
export const credentialCodes = new Codes<Credential>({ platform: 1, byok: 2 });
export const standingCodes = new Codes<RequestStanding>({
  included: 1,
  overage: 2,
  excess_unbilled: 3,
  repeated: 4,
  exempt: 5,
});
