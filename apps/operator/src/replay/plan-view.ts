import type { DraftedPlan, OffsetRange, PlannedOutcome, PlannedRecords, ReplaySource } from '@floopy/application';
import { formatAmount, formatInstant } from '@floopy/domain';
import { table } from '../command-line';

const OUTCOMES: readonly PlannedOutcome[] = ['applied', 'duplicate', 'parked', 'discarded', 'unaccounted'];

/** A plan for scripts. */
export function planJson({ source, records, leftOut }: DraftedPlan) {
  return {
    source: sourceJson(source),
    records: sumOf(records),
    would_be: Object.fromEntries(OUTCOMES.map((outcome) => [outcome, sumOf(records, outcome)])),
    by_organization: records.map(({ organizationId, amount, ...one }) => ({
      organization_id: organizationId,
      ...one,
      amount: amount === null ? null : formatAmount(amount),
    })),
    gone: leftOut.gone.map(rangeJson),
    before_the_first: leftOut.before.map(rangeJson),
    not_passed_yet: leftOut.ahead.map(rangeJson),
  };
}

/** A plan for people. */
export function planText({ source, records, leftOut }: DraftedPlan): string[] {
  const counts = OUTCOMES.map((outcome) => [outcome, sumOf(records, outcome)] as const);
  const told = counts.filter(([outcome, count]) => count > 0 || outcome === 'applied');
  const rows = records.map(({ organizationId, outcome, reason, records: count, amount }) => [
    organizationId ?? 'nobody known',
    outcome,
    reason ?? '',
    String(count),
    amount === null ? '' : formatAmount(amount),
  ]);
  return [
    `${sumOf(records)} records of ${sourceText(source)}: ${told.map(([outcome, count]) => `${count} ${WORDS[outcome]}`).join(', ')}`,
    ...leftOutText(leftOut),
    ...(rows.length === 0 ? [] : ['', table([['ORGANIZATION', 'OUTCOME', 'REASON', 'RECORDS', 'CENTS'], ...rows]), '']),
    ...(sumOf(records, 'unaccounted') === 0 ? [] : [UNACCOUNTED]),
  ];
}

const WORDS: Readonly<Record<PlannedOutcome, string>> = {
  applied: 'would be applied',
  duplicate: 'are duplicates',
  parked: 'would stay parked, or be',
  discarded: 'were discarded and stay so',
  unaccounted: 'are neither on the ledger nor parked',
};

const UNACCOUNTED =
  'A replay cannot apply what is neither on the ledger nor parked: "replay prove" names each. Published again under its ' +
  'own id, it is applied once.';

/** What was asked for and is no part of a plan or a proof. */
export function leftOutText({ gone, ahead, before }: DraftedPlan['leftOut']): string[] {
  const note = (ranges: readonly OffsetRange[], words: string): string[] =>
    ranges.map(({ partition, from, until }) => `partition ${partition}: offsets ${from} to ${until - 1} ${words}`);
  return [
    ...note(gone, 'are gone from the log'),
    ...note(before, 'lay in the log before it was first read: they were never passed'),
    ...note(ahead, 'are not passed yet: they are the consumer’s'),
  ];
}

export function rangeJson({ partition, from, until }: OffsetRange) {
  return { partition, from, to: until };
}

function sourceJson(source: ReplaySource) {
  switch (source.type) {
    case 'log':
      return { type: 'log', topic: source.topic, ranges: source.ranges.map(rangeJson) };
    case 'file': {
      const { path, digest, format, lines } = source;
      return { type: 'file', file: path, sha256: digest, format, lines };
    }
    case 'letters': {
      const { organizationId, from, to, letterKeys: _, offsets: __, ...selection } = source.selection;
      return {
        type: 'dead_letters',
        ...selection,
        ...(organizationId === undefined ? {} : { organization_id: organizationId }),
        ...(from === undefined ? {} : { from: formatInstant(from) }),
        ...(to === undefined ? {} : { to: formatInstant(to) }),
      };
    }
  }
}

export function sourceText(source: ReplaySource): string {
  switch (source.type) {
    case 'log': {
      const ranges = source.ranges.map(({ partition, from, until }) => `${partition}[${from}, ${until})`);
      return `${source.topic} ${ranges.join(' ') || '(nothing that can be read)'}`;
    }
    case 'file':
      return `${source.path} (${source.format.replaceAll('_', ' ')}, ${source.lines} lines)`;
    case 'letters':
      return `the dead letters ${JSON.stringify(source.selection)}`;
  }
}

function sumOf(records: readonly PlannedRecords[], outcome?: PlannedOutcome): number {
  return records.reduce((sum, one) => sum + (outcome === undefined || one.outcome === outcome ? one.records : 0), 0);
}
