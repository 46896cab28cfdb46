import type {
  CarriedOverage,
  HourlySpend,
  Instant,
  LedgerEvent,
  LedgerHash,
  MonthlyUsage,
  OrganizationId,
  PeriodCount,
  PeriodOverage,
  RateCard,
  RateOverride,
  RecordedChange,
  StreamHead,
  TeamSpend,
} from '@floopy/domain';

/** An override with the time from which on it could decide prices. */
export interface PublishedOverride extends RateOverride {
  readonly publishedAt: Instant;
}

/** A published version as it is stored: its text, and the hash that was published with it. */
export interface StoredContent {
  readonly kind: 'rate_card' | 'rate_override';
  /** Null on a card. */
  readonly organizationId: OrganizationId | null;
  readonly version: number;
  readonly publishedAt: Instant;
  readonly text: string;
  readonly contentHash: string;
}

/** A published version of a plan as it is stored. */
export interface StoredPlan {
  readonly version: number;
  readonly effectiveAt: Instant;
  readonly publishedAt: Instant;
  readonly text: string;
  readonly contentHash: string;
}

/** Every card and override that was ever published, read. */
export interface PublishedPrices {
  readonly cards: readonly RateCard[];
  readonly overrides: readonly PublishedOverride[];
}

/** A ledger event as it is stored, with the digest under which a resend would be recognised. */
export interface StoredEntry {
  readonly type: 'entry';
  readonly event: LedgerEvent;
  readonly identity: string | null;
  /** The hash that it says it is chained to, where that is kept with it: in an export. */
  readonly previousHash?: LedgerHash;
}

/** A stored row that cannot be read as a ledger event. */
export interface UnreadableEntry {
  readonly type: 'unreadable';
  readonly sequence: number;
  readonly detail: string;
  /** What the next entry goes on from; null when that cannot be read either. */
  readonly trail: Pick<LedgerEvent, 'amount' | 'balanceAfter' | 'recordedAt' | 'hash'> | null;
}

/** An organization's stream as it is announced: what is written beside its entries, and must follow from them. */
export interface RecordedStream {
  readonly organizationId: OrganizationId;
  /** Null when there is none, which is wrong. */
  readonly head: StreamHead | null;
  /** Null where they were not kept: in an export. */
  readonly months: readonly MonthlyUsage[] | null;
  /** Null where it was not kept: in an export. */
  readonly overage: RecordedOverage | null;
  /** Null where they were not kept: in an export from before there were any. */
  readonly terms: RecordedTerms | null;
  /** Null where it was not kept: in an export. */
  readonly spend: RecordedSpend | null;
  /** The markup that was agreed when it was created; `none` where its plan's applies, null where it was not kept. */
  readonly agreedMarkup: number | 'none' | null;
  /** Up to where it was handed on to Kafka; null where that was not kept: in an export. */
  readonly relayedTo: number | null;
  /** What stands beside the entries and cannot be read. */
  readonly unreadable: readonly UnreadableRecord[];
}

/** An organization's changes of terms, beside the number that its head has for the last one. */
export interface RecordedTerms {
  /** Null where only those changes are there that decide about requests: in an export. */
  readonly version: number | null;
  readonly changes: readonly RecordedChange[];
}

/** What is written down of an organization's requests under its plans. */
export interface RecordedOverage {
  /** What its head says about the latest period in which a request has counted; null where it says nothing yet. */
  readonly latest: PeriodCount | null;
  readonly periods: readonly PeriodOverage[];
  readonly carried: readonly CarriedOverage[];
}

/** What was absorbed of an organization's spending behind its ledger, and how far. */
export interface RecordedSpend {
  readonly absorbedTo: number;
  readonly teams: readonly RecordedTeamSpend[];
  readonly hours: readonly HourlySpend[];
}

export type RecordedTeamSpend = Omit<TeamSpend, 'period'> & { readonly periodStart: Instant };

export interface UnreadableRecord {
  readonly kind:
    | 'head'
    | 'monthly_usage'
    | 'period_overage'
    | 'carried_overage'
    | 'organization_change'
    | 'team_spend'
    | 'hourly_spend';
  readonly detail: string;
}

/** A piece of a ledger: a stream begins, some of its entries in order of sequence, or rows of nobody's stream. */
export type LedgerPart =
  | { readonly type: 'stream'; readonly stream: RecordedStream }
  | { readonly type: 'entries'; readonly entries: readonly (StoredEntry | UnreadableEntry)[] }
  | { readonly type: 'stranded'; readonly sequence: number; readonly entries: number; readonly detail: string };

/** What one partition of the usage topic is said to have become. */
export interface RecordedPartition {
  readonly ingestPartition: number;
  /** The topic and partition, for a reader. */
  readonly name: string;
  readonly firstOffset: number;
  readonly nextOffset: number;
  readonly applied: number;
  readonly duplicates: number;
  readonly parked: number;
  readonly skipped: number;
  /** Dead letters of which nothing was made, or which were discarded, counted. */
  readonly deadLetters: number;
  /** Those that turned out to be duplicates when they were driven through the pipeline again, counted. */
  readonly lateDuplicates: number;
}

/** A dead letter whose history or ledger does not bear out what is said to have become of it. */
export interface UnsoundLetter {
  readonly letterKey: number;
  /** Its topic, partition and offset, for a reader. */
  readonly place: string;
  readonly status: string;
  /** What did become of it, as far as rows show. */
  readonly shown: string;
}

/** Something that the database itself has to refuse, and how it is found. */
export interface Guard {
  readonly kind: 'append_only' | 'row_security' | 'privilege';
  readonly subject: string;
  readonly expected: string;
  readonly found: string;
}

/** Something that may be on a ledger once, and is there otherwise. */
export type Repetition =
  /** The same usage event more than once. */
  | {
      readonly type: 'identity';
      readonly organizationId: OrganizationId;
      readonly position: number;
      readonly times: number;
    }
  /** A request that counted other than once, or at another attempt than its first that does. */
  | {
      readonly type: 'request';
      readonly organizationId: OrganizationId;
      readonly requestId: string;
      /** Of those attempts that were posted before there were plans. */
      readonly firstServed: number | null;
      /** Where it is first said to have been counted before. */
      readonly firstRepeated: number | null;
      readonly firstCounted: number | null;
      readonly timesCounted: number;
    };

/** An entry with all that was posted to correct it, in ledger order. */
export interface StoredCorrections {
  readonly organizationId: OrganizationId;
  /** The position that the corrections name. */
  readonly sequence: number;
  /** What stands there; null when nothing does that can be read. */
  readonly entry: LedgerEvent | null;
  readonly corrections: readonly LedgerEvent[];
}

/** One unchanging view of ledgers and of what was written beside them; every part is read once, front to back. */
export interface LedgerSnapshot {
  /** Every version that was ever published. */
  readPublishedContents(): Promise<readonly StoredContent[]>;
  /** Every version that was ever published; null where they were not kept: in an export from before there were any. */
  readPublishedPlans(): Promise<readonly StoredPlan[] | null>;
  readParts(): AsyncIterable<LedgerPart>;
  /** After the parts. Those found, over all entries at once. */
  findRepetitions(): AsyncIterable<Repetition>;
  /** After the parts. Every entry that was corrected. */
  findCorrections(): AsyncIterable<StoredCorrections>;
  /** Null where they were not kept: in an export. */
  readPartitions(): Promise<readonly RecordedPartition[] | null>;
  /** Those that have to be in force; null where there is no database: in an export. */
  readGuards(): Promise<readonly Guard[] | null>;
  /** Those found, over all dead letters at once; null where they were not kept. */
  findUnsoundLetters(): AsyncIterable<UnsoundLetter> | null;
}
