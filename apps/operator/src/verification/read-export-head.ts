import type { RecordedStream, RecordedTerms, StoredContent, StoredPlan } from '@floopy/application';
import {
  type Instant,
  type LedgerHash,
  type OrganizationId,
  organizationIdOf,
  parseAmount,
  parseInstant,
  type RecordedChange,
  type TermsChange,
} from '@floopy/domain';
import {
  type ExportedChange,
  exportedChangeSchema,
  type ExportedPlan,
  exportedPlanSchema,
  exportedPricesSchema,
  exportHeaderSchema,
} from '../ledger/export-lines';
import { WrongUsage } from '../session/faults';

/** What an export says before its entries. */
export interface ExportHead {
  readonly stream: RecordedStream;
  readonly contents: readonly StoredContent[];
  /** Null in an export from before there were plans. */
  readonly plans: readonly StoredPlan[] | null;
  /** The first line of an entry; null when there is none. */
  readonly firstEntry: string | null;
}

/** @throws WrongUsage when the lines are no export at all */
export async function readExportHead(file: string, nextLine: () => Promise<string | null>): Promise<ExportHead> {
  const stream = readHeader(file, await nextLine());
  const contents: StoredContent[] = [];
  const plans: StoredPlan[] = [];
  const changes: RecordedChange[] = [];
  for (;;) {
    const line = await nextLine();
    const parsed = parseJson(line ?? '');
    const [prices, plan] = [exportedPricesSchema.safeParse(parsed), exportedPlanSchema.safeParse(parsed)];
    const change = exportedChangeSchema.safeParse(parsed);
    if (prices.success) contents.push(contentOf(file, stream.organizationId, prices.data));
    else if (plan.success) plans.push(planOf(file, plan.data.plan));
    else if (change.success) changes.push(changeOf(file, change.data.change));
    else if (plans.length === 0) return { stream, contents, plans: null, firstEntry: line };
    else return { stream: { ...stream, terms: termsOf(changes) }, contents, plans, firstEntry: line };
  }
}

/** Changes that decide nothing about requests are not exported, so that their numbers have gaps. */
function termsOf(changes: readonly RecordedChange[]): RecordedTerms {
  return { version: null, changes };
}

function readHeader(file: string, line: string | null): RecordedStream {
  const header = exportHeaderSchema.safeParse(parseJson(line ?? ''));
  if (!header.success) throw new WrongUsage(`${file} is no ledger export: its first line is not the header of one.`);
  const { organization_id: id, head } = header.data;
  const organizationId = organizationIdOf(id);
  const [balance, recordedAt] = [parseAmount(head.balance), parseInstant(head.recorded_at)];
  if (balance === null || recordedAt === null) throw new WrongUsage(`${file} has a header with a faulty head.`);
  const { sequence, hash } = head;
  return {
    organizationId,
    head: { organizationId, sequence, balance, hash: hash as LedgerHash, recordedAt },
    months: null,
    overage: null,
    terms: null,
    spend: null,
    agreedMarkup: null,
    relayedTo: null,
    unreadable: [],
  };
}

function contentOf(
  file: string,
  exporter: OrganizationId,
  exported: ReturnType<typeof exportedPricesSchema.parse>,
): StoredContent {
  const isCard = 'rate_card' in exported;
  const publication = isCard ? exported.rate_card : exported.rate_override;
  const { version, content: text, content_hash: contentHash } = publication;
  const publishedAt = timeIn(file, 'prices', publication.published_at);
  const kind = isCard ? 'rate_card' : 'rate_override';
  const organizationId = isCard ? null : exporter;
  return { kind, organizationId, version, publishedAt, text, contentHash };
}

function planOf(
  file: string,
  { version, content: text, content_hash: contentHash, ...times }: ExportedPlan,
): StoredPlan {
  return {
    version,
    text,
    contentHash,
    effectiveAt: timeIn(file, 'plans', times.effective_at),
    publishedAt: timeIn(file, 'plans', times.published_at),
  };
}

function changeOf(file: string, exported: ExportedChange): RecordedChange {
  return {
    number: exported.number,
    position: exported.position,
    recordedAt: timeIn(file, 'terms', exported.recorded_at),
    effectiveAt: timeIn(file, 'terms', exported.effective_at),
    changedBy: exported.changed_by,
    change: termsChangeOf(exported.terms),
  };
}

function termsChangeOf(terms: ExportedChange['terms']): TermsChange {
  return terms.type === 'plan' ? { type: 'plan', planId: terms.plan } : terms;
}

function timeIn(file: string, what: string, text: string): Instant {
  const instant = parseInstant(text);
  if (instant === null) throw new WrongUsage(`${file} has ${what} of no time: ${text}`);
  return instant;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
