/** What is read of the catalogue that `waitForUpdate()` of `@pydantic/genai-prices` answers. */
export interface GenaiProvider {
  readonly id: string;
  readonly models: readonly GenaiModel[];
}

export interface GenaiModel {
  readonly id: string;
  readonly match: GenaiMatch;
  readonly prices: GenaiPrices | readonly GenaiConditionalPrices[];
}

/** Prices by key; the key's suffix names the unit (`_mtok`: USD for a million tokens, `_kcount`: for a thousand). */
export type GenaiPrices = Readonly<Record<string, number | GenaiTieredPrice | undefined>>;

/** `start` is the number of input tokens above which the whole request costs that price. */
export interface GenaiTieredPrice {
  readonly base: number;
  readonly tiers: readonly { readonly start: number; readonly price: number }[];
}

/** Of several, the last whose constraint holds decides; the first is for when none does. */
export interface GenaiConditionalPrices {
  readonly constraint?:
    | { readonly type: 'start_date'; readonly start_date: string }
    | { readonly type: 'time_of_date'; readonly start_time: string; readonly end_time: string };
  readonly prices: GenaiPrices;
}

export type GenaiMatch =
  | { readonly equals: string }
  | { readonly starts_with: string }
  | { readonly ends_with: string }
  | { readonly contains: string }
  | { readonly regex: string }
  | { readonly or: readonly GenaiMatch[] }
  | { readonly and: readonly GenaiMatch[] };

/** The names that a rule writes out. A prefix or a pattern stands for names that nobody has listed: it gives none. */
export function namesWrittenOut(match: GenaiMatch): string[] {
  if ('equals' in match) return [match.equals];
  return 'or' in match ? match.or.flatMap(namesWrittenOut) : [];
}

/** Whether a rule means a name, letter case aside, as the catalogue itself does. */
export function matches(match: GenaiMatch, name: string): boolean {
  if ('or' in match) return match.or.some((rule) => matches(rule, name));
  if ('and' in match) return match.and.every((rule) => matches(rule, name));
  if ('regex' in match) return new RegExp(match.regex).test(name);
  const lowerCase = name.toLowerCase();
  if ('equals' in match) return lowerCase === match.equals.toLowerCase();
  if ('starts_with' in match) return lowerCase.startsWith(match.starts_with.toLowerCase());
  if ('ends_with' in match) return lowerCase.endsWith(match.ends_with.toLowerCase());
  return lowerCase.includes(match.contains.toLowerCase());
}
