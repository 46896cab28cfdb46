import { type ReversalOutcome, type ReversalPorts, reverseCharge } from '@floopy/application';
import { encodeLedgerEntry, isPlainReason, LONGEST_REASON } from '@floopy/contracts';
import { formatAmount, formatInstant, type OrganizationId } from '@floopy/domain';
import { createCorrectionStore } from '@floopy/postgres';
import { sha256, systemClock } from '@floopy/runtime';
import { type Command, InvalidArgumentError } from 'commander';
import { type Act, addLeaf, type Answer, type AnswerOptions, organizationArgument, wholeNumber } from '../command-line';
import { WrongUsage } from '../session/faults';

interface ReverseOptions extends AnswerOptions {
  readonly reason: string;
  readonly uncount?: boolean;
  readonly dryRun?: boolean;
}

/** `reverse <org> <position>`: takes back what one entry charged. */
export function addReverse(program: Command, act: Act): void {
  addLeaf(program, {
    usage: 'reverse',
    description:
      'give back what an entry charged, once, by an entry of its own; the request goes on being counted unless told otherwise',
    examples: [
      'reverse org_acme 4711 --reason "answer was cut off" --dry-run',
      'reverse org_acme 4711 --reason "answer was cut off"',
      'reverse org_acme 4711 --reason "test traffic" --uncount --json',
    ],
    dryRun: 'tell what would be given back',
  })
    .argument('<organization>', 'its id', organizationArgument)
    .argument(
      '<position>',
      'of the charge on its ledger ("explain" and "ledger" show it)',
      wholeNumber(1, Number.MAX_SAFE_INTEGER),
    )
    .requiredOption('--reason <text>', 'why; it stands on the ledger, so it names no person', reasonOption)
    .option('--uncount', 'take the request out of the monthly count as well, and out of overage, for good')
    .action((organizationId: OrganizationId, sequence: number, options: ReverseOptions) =>
      act(options, async (session) => {
        const store = createCorrectionStore(await session.database());
        const { reason, uncount = false, dryRun = false } = options;
        const outcome = await reverseCharge(
          { store: dryRun ? savingNothing(store) : store, clock: systemClock, sha256 },
          { organizationId, sequence, reason, uncount },
        );
        if (outcome.type === 'refused') throw new WrongUsage(refusalText(organizationId, sequence, outcome));
        return answerOf(organizationId, outcome, dryRun);
      }),
    );
}

/** Parses a reason that stands on the ledger. */
export function reasonOption(text: string): string {
  if (isPlainReason(text)) return text;
  throw new InvalidArgumentError(`It must be a text of 1 to ${LONGEST_REASON} characters without control characters.`);
}

function savingNothing(store: ReversalPorts['store']): ReversalPorts['store'] {
  return {
    inTransaction: (work) =>
      store.inTransaction((transaction) => work({ ...transaction, save: () => Promise.resolve() })),
  };
}

type Reversed = Exclude<ReversalOutcome, { type: 'refused' }>;
type Refused = Extract<ReversalOutcome, { type: 'refused' }>;

function answerOf(organizationId: OrganizationId, { charge, reversal, count }: Reversed, isDryRun: boolean): Answer {
  const state = isDryRun ? 'would_be_reversed' : 'reversed';
  const uncounted = reversal.correction?.uncounted ?? false;
  const given = formatAmount(reversal.amount);
  const json = {
    organization_id: organizationId,
    state,
    charge: encodeLedgerEntry(charge),
    reversal: encodeLedgerEntry(reversal),
    uncounted,
    ...(count === null ? {} : { requests_used: count.requests, period_start: formatInstant(count.periodStart) }),
  };
  const text = [
    `position ${charge.sequence} of ${organizationId} ${state.replaceAll('_', ' ')}: ${given} cents at position ${reversal.sequence}`,
    `the balance is ${formatAmount(reversal.balanceAfter)} cents after it`,
    uncounted
      ? `request ${charge.usage.requestId} is out of the count of the period that holds ${formatInstant(charge.occurredAt)}`
      : `request ${charge.usage.requestId} counts as before`,
  ];
  return { json, text: text.join('\n') };
}

function refusalText(organizationId: OrganizationId, sequence: number, { code, entry, reversal }: Refused): string {
  const place = `Position ${sequence} of ${organizationId}`;
  switch (code) {
    case 'unknown_organization':
      return `There is no organization ${organizationId}; "organizations list" shows those that there are.`;
    case 'idempotency_conflict':
      throw new Error('a reversal without an idempotency key conflicts with none');
    case 'unknown_entry':
      return `${organizationId} has no position ${sequence}; "ledger ${organizationId}" shows the latest.`;
    case 'not_a_charge':
      return (entry?.correction ?? null) === null
        ? `${place} is no charge of usage but of type ${entry?.type}: post an adjustment against it instead.`
        : `${place} corrects position ${entry?.cause.id} itself; only a charge of usage can be reversed.`;
    case 'already_reversed':
      return `${place} was reversed before, at position ${reversal?.sequence}; an entry is reversed once.`;
    case 'nothing_to_reverse':
      return `${place} costs nothing, so there is nothing to give back; --uncount takes its request out of the count.`;
    case 'not_counted':
      return `${place} is not what its request was counted by; leave --uncount out to give back its charge alone.`;
  }
}
