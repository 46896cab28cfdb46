import { createHash } from 'node:crypto';
import {
  calendarMonthOf,
  type CarriedOverage,
  correctedSequence,
  type Instant,
  instantOfMilliseconds,
  type LedgerEvent,
  type MonthlyUsage,
  NO_TERMS,
  type Organization,
  organizationIdOf,
  parseAmount,
  parseInstant,
  type PeriodOverage,
  type Plan,
  planCatalogueOf,
  postAdjustment,
  priceBookOf,
  projectCarriedOverage,
  projectMonthlyUsage,
  projectOverage,
  projectTerms,
  type RateCard,
  type RecordedChange,
  SEEDED_PLANS,
  settleUsage,
  emptyStream,
  identifyUsage,
  type StreamHead,
  type UsageEvent,
  writePlanContent,
  writeRateCardContent,
} from '@floopy/domain';
import type {
  Guard,
  LedgerSnapshot,
  RecordedOverage,
  RecordedSpend,
  RecordedStream,
  RecordedPartition,
  RecordedTerms,
  Repetition,
  StoredContent,
  StoredCorrections,
  StoredEntry,
  StoredPlan,
  UnreadableEntry,
  UnsoundLetter,
} from '../src/ledger/verify-sources';

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
export const ACME: Organization = { id: organizationIdOf('org_acme'), name: 'Acme', markupBasisPoints: 250 };
export const RECORDED_AT = at('2026-11-23T10:00:00.000Z');
const INGEST_PARTITION = 1;

/** A time that a test writes out. */
export function at(text: string): Instant {
  const instant = parseInstant(text);
  if (instant === null) throw new Error(`${text} is no time`);
  return instant;
}

/** gpt-4o at its published prices, in force and published long ago. */
export function aCard(stated: Partial<RateCard> = {}): RateCard {
  const [input, output] = [parseAmount('0.00025'), parseAmount('0.001')];
  const requestFee = parseAmount('0');
  if (input === null || output === null || requestFee === null) throw new Error('no amounts');
  const unitPrices = { input, cache_read_input: input, output, reasoning_output: output };
  const tiers = [{ aboveInputTokens: 0, unitPrices, requestFee }];
  const draft = {
    id: 'standard',
    inForce: { start: at('2020-01-01T00:00:00Z'), end: null },
    models: [{ provider: 'openai', model: 'gpt-4o', aliases: [], serviceTiers: { standard: tiers } }],
    ...stated,
  };
  const publishedAt = at('2026-01-01T00:00:00Z');
  return { version: 1, publishedAt, ...draft, contentHash: sha256(writeRateCardContent(draft)), ...stated };
}

/** A served request with something in every optional field. */
export function aUsage(stated: Partial<UsageEvent> = {}): UsageEvent {
  return {
    organizationId: ACME.id,
    source: '/floopy/gateway/eu-1',
    id: 'evt_1',
    occurredAt: at('2026-11-23T09:59:00.000Z'),
    requestId: 'req_1',
    origin: 'gateway',
    provider: 'openai',
    model: 'gpt-4o',
    serviceTier: 'standard',
    outcome: 'succeeded',
    cacheHit: false,
    credential: 'platform',
    tokens: {
      input: 1_000,
      cacheReadInput: 100,
      cacheCreation5mInput: 0,
      cacheCreation1hInput: 0,
      inputAudio: 0,
      cacheReadInputAudio: 0,
      output: 100,
      reasoningOutput: 10,
      outputAudio: 0,
    },
    teamId: 'team_1',
    userId: 'usr_1',
    apiKeyId: 'key_1',
    promptId: 'prm_1',
    sessionId: 'ses_1',
    attemptId: 'att_1',
    metadata: null,
    ...stated,
  };
}

/** One organization's ledger with everything beside it, as a store that is right has it. */
export interface StoredLedger {
  entries: (StoredEntry | UnreadableEntry)[];
  head: StreamHead | null;
  months: MonthlyUsage[] | null;
  overage: RecordedOverage | null;
  plans: StoredPlan[] | null;
  terms: RecordedTerms | null;
  spend: RecordedSpend | null;
  agreedMarkup: RecordedStream['agreedMarkup'];
  relayedTo: number | null;
  contents: StoredContent[];
  partitions: RecordedPartition[] | null;
  repetitions: Repetition[];
  guards: Guard[];
  unsoundLetters: UnsoundLetter[];
}

/** The seeded plans as they are published with a database. */
export function seededPlans(): Plan[] {
  const beginning = instantOfMilliseconds(0);
  return SEEDED_PLANS.map((draft, index) => ({
    ...draft,
    version: index + 1,
    contentHash: sha256(writePlanContent(draft)),
    effectiveAt: beginning,
    publishedAt: beginning,
  }));
}

export interface StoredTerms {
  readonly plans?: readonly Plan[];
  /** Made after the credit, and before any usage. */
  readonly changes?: readonly RecordedChange[];
}

/** A credit, and then usage as the consumer settles and posts it. */
export function aStoredLedger(
  usages: readonly UsageEvent[] = [aUsage()],
  cards = [aCard()],
  { plans = seededPlans(), changes = [] }: StoredTerms = {},
): StoredLedger {
  const amount = parseAmount('1000');
  if (amount === null) throw new Error('no amount');
  const credit = { amount, reason: 'bought', idempotencyKey: 'credit-1' };
  const first = postAdjustment(emptyStream(ACME.id), credit, RECORDED_AT, sha256);
  const identified = usages.map((event, offset) => identifyUsage(offset, { type: 'usage', event }, sha256));
  const terms = changes.reduce(projectTerms, NO_TERMS);
  const posting = { terms, plans: planCatalogueOf(plans), latest: null, countedEarlier: () => 0 };
  const { batches, heads, counts } = settleUsage([{ ingestPartition: INGEST_PARTITION, records: identified }], {
    book: priceBookOf(cards, []),
    streams: new Map([[ACME.id, { organization: ACME, posting, head: first.head }]]),
    known: { applied: new Map(), countedRequests: new Set(), charges: new Map() },
    userReference: () => 7,
    now: RECORDED_AT,
    sha256,
  });
  const applied = batches.flatMap((batch) => batch.applied);
  const months = new Map<number, MonthlyUsage>();
  const overage = new Map<Instant, PeriodOverage>();
  const carried = new Map<string, CarriedOverage>();
  for (const { posted } of applied) {
    projectMonthlyUsage(months, posted, terms.anchors);
    projectOverage(overage, posted, terms.anchors);
    projectCarriedOverage(carried, posted, terms.anchors);
  }
  return {
    entries: [
      { type: 'entry', event: first.event, identity: null },
      ...applied.map(({ posted: event, usage }): StoredEntry => ({ type: 'entry', event, identity: usage.identity })),
    ],
    head: heads.get(ACME.id) ?? first.head,
    months: [...months.values()],
    overage: {
      latest: counts.get(ACME.id) ?? null,
      periods: [...overage.values()],
      carried: [...carried.values()],
    },
    plans: plans.map((plan) => {
      const text = writePlanContent(plan);
      return { ...plan, text, contentHash: sha256(text) };
    }),
    terms: { version: changes.length, changes },
    spend: null,
    agreedMarkup: ACME.markupBasisPoints ?? 'none',
    relayedTo: null,
    contents: contentsOf(cards),
    partitions: [aPartition({ nextOffset: applied.length, applied: applied.length })],
    repetitions: [],
    guards: [],
    unsoundLetters: [],
  };
}

export function aPartition(stated: Partial<RecordedPartition> = {}): RecordedPartition {
  return {
    ingestPartition: INGEST_PARTITION,
    name: 'usage[0]',
    firstOffset: 0,
    nextOffset: 0,
    applied: 0,
    duplicates: 0,
    parked: 0,
    skipped: 0,
    deadLetters: 0,
    lateDuplicates: 0,
    ...stated,
  };
}

export function contentsOf(cards: readonly RateCard[]): StoredContent[] {
  return cards.map((card) => ({
    kind: 'rate_card',
    organizationId: null,
    version: card.version,
    publishedAt: card.publishedAt,
    text: writeRateCardContent(card),
    contentHash: card.contentHash,
  }));
}

/** The ledger as a store hands it to verification, `batchSize` entries at a time. */
export function snapshotOf(ledger: StoredLedger, batchSize = 2): LedgerSnapshot {
  return {
    readPublishedContents: () => Promise.resolve(ledger.contents),
    readPublishedPlans: () => Promise.resolve(ledger.plans),
    async *readParts() {
      const { head, months, overage, terms, entries } = ledger;
      const { spend, agreedMarkup, relayedTo } = ledger;
      const beside = { head, months, overage, terms, spend, agreedMarkup, relayedTo };
      yield { type: 'stream', stream: { organizationId: ACME.id, ...beside, unreadable: [] } };
      for (let from = 0; from < entries.length; from += batchSize) {
        yield await Promise.resolve({ type: 'entries' as const, entries: entries.slice(from, from + batchSize) });
      }
    },
    async *findRepetitions() {
      yield* await Promise.resolve(ledger.repetitions);
    },
    async *findCorrections() {
      yield* await Promise.resolve(correctionsIn(ledger));
    },
    readPartitions: () => Promise.resolve(ledger.partitions),
    readGuards: () => Promise.resolve(ledger.guards),
    findUnsoundLetters: () => unsoundLettersOf(ledger),
  };
}

async function* unsoundLettersOf({ unsoundLetters }: StoredLedger): AsyncGenerator<UnsoundLetter> {
  yield* await Promise.resolve(unsoundLetters);
}

/** Every entry that another one corrects, with those, as a store finds them. */
function correctionsIn({ entries }: StoredLedger): StoredCorrections[] {
  const events = entries.flatMap((entry) => (entry.type === 'entry' ? [entry.event] : []));
  const corrected = new Map<number, LedgerEvent[]>();
  for (const event of events) {
    const sequence = correctedSequence(event);
    if (sequence !== null) corrected.set(sequence, [...(corrected.get(sequence) ?? []), event]);
  }
  return [...corrected].map(([sequence, corrections]) => {
    const entry = events.find((event) => event.sequence === sequence) ?? null;
    return { organizationId: ACME.id, sequence, entry, corrections };
  });
}

/** The month that holds a time, with nothing in it. */
export function monthAround(instant: Instant, stated: Pick<MonthlyUsage, 'requests' | 'spend'>): MonthlyUsage {
  const { start, end } = calendarMonthOf(instant);
  return { periodStart: start, periodEnd: end, origin: 'gateway', ...stated };
}

/** Replaces the event at a position, keeping everything else of its entry. */
export function withEvent(ledger: StoredLedger, position: number, change: (event: LedgerEvent) => LedgerEvent): void {
  ledger.entries = ledger.entries.map((entry) =>
    entry.type === 'entry' && entry.event.sequence === position ? { ...entry, event: change(entry.event) } : entry,
  );
}
