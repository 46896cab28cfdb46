import { explainCharge, type ExplainedCharge, type ExplainedCorrection, explainCorrections } from '@floopy/application';
import { encodeLedgerEntry, encodeReceipt, type ReceiptView } from '@floopy/contracts';
import {
  addAmounts,
  type CorrectedCharge,
  correctedCharges,
  formatAmount,
  type OrganizationId,
  standingCharge,
  ZERO_AMOUNT,
} from '@floopy/domain';
import { queriesOf, readRateCards, readRateOverrides, readRequest } from '@floopy/postgres';
import type { Command } from 'commander';
import { type Act, addLeaf, type Answer, type AnswerOptions, organizationArgument, table } from '../command-line';
import { requireOrganization } from '../organization/require-organization';
import { EXIT_CODE, WrongUsage } from '../session/faults';

interface Explanation {
  readonly corrected: CorrectedCharge;
  readonly explained: ExplainedCharge;
  readonly corrections: readonly ExplainedCorrection[];
}

/** `explain <org> <request>`: why a request cost what it did, computed again now. */
export function addExplain(program: Command, act: Act): void {
  addLeaf(program, {
    usage: 'explain',
    description: 'compute every charge of a request again and show its lines; exit 1 when one differs',
    examples: ['explain org_acme req_7Qd', 'explain org_acme req_7Qd --json'],
  })
    .argument('<organization>', 'its id', organizationArgument)
    .argument('<request>', 'the id of the request')
    .action((organizationId: OrganizationId, requestId: string, options: AnswerOptions) =>
      act(options, async (session) => {
        const queries = queriesOf(await session.database());
        const organization = await requireOrganization(queries, organizationId);
        const charges = await readRequest(queries, organization, requestId);
        if (charges.length === 0) throw new WrongUsage(`${organizationId} has no request ${requestId}.`);
        const cards = await readRateCards(queries);
        const overrides = await readRateOverrides(queries);
        const ofOrganization = overrides.filter((override) => override.organizationId === organizationId);
        const explanations = correctedCharges(charges.map(({ event }) => event)).map((corrected) => ({
          corrected,
          explained: explainCharge(corrected.charge, corrected.charge.usage, cards, ofOrganization),
          corrections: explainCorrections(corrected, cards, ofOrganization),
        }));
        return answerOf(organizationId, requestId, explanations);
      }),
    );
}

function answerOf(organizationId: OrganizationId, requestId: string, explanations: readonly Explanation[]): Answer {
  const total = explanations.reduce(
    (sum, { corrected }) => addAmounts(sum, standingCharge(corrected).amount),
    ZERO_AMOUNT,
  );
  const charges = explanations.map(({ corrected, explained, corrections }) => ({
    entry: encodeLedgerEntry(corrected.charge),
    receipt: explained.type === 'charged' ? encodeReceipt(explained.receipt) : null,
    agrees: explained.type !== 'unexplained' && corrections.every(({ agrees }) => agrees),
    ...(explained.type === 'unexplained' ? { charged: explained.charged, computed: explained.computed } : {}),
    corrections: corrections.map(({ event, before, after, receipt }) => ({
      entry: encodeLedgerEntry(event),
      before: formatAmount(before),
      after: formatAmount(after),
      receipt: receipt === null ? null : encodeReceipt(receipt),
    })),
    net: formatAmount(standingCharge(corrected).amount),
  }));
  const isWrong = charges.some(({ agrees }) => !agrees);
  return {
    json: { organization_id: organizationId, request_id: requestId, charges, total: formatAmount(total) },
    text: [
      ...explanations.map(describeExplanation),
      `total ${formatAmount(total)} cents for ${requestId} of ${organizationId}`,
    ].join('\n\n'),
    ...(isWrong ? { exitCode: EXIT_CODE.foundWrong } : {}),
  };
}

function describeExplanation(explanation: Explanation): string {
  const { corrected, corrections } = explanation;
  if (corrections.length === 0) return describeCharge(explanation);
  const net = `net of position ${corrected.charge.sequence}: ${formatAmount(standingCharge(corrected).amount)}`;
  return [describeCharge(explanation), ...corrections.map(describeCorrection), net].join('\n');
}

function describeCorrection({ event, before, after, receipt, agrees }: ExplainedCorrection): string {
  const what = `position ${event.sequence}: ${event.cause.kind} of ${event.cause.id}, ${formatAmount(event.amount)}`;
  const counted = event.correction?.uncounted === true ? ', taken out of the count' : '';
  const why = `${what}: ${formatAmount(before)} became ${formatAmount(after)}${counted} (${event.reason ?? 'no reason'})`;
  if (!agrees) return `${why}\nDOES NOT AGREE with what it corrects`;
  return receipt === null ? why : `${why}\n${describeReceipt(encodeReceipt(receipt))}`;
}

function describeCharge({ corrected: { charge: event }, explained }: Explanation): string {
  const { usage } = event;
  const what = `position ${event.sequence}: ${usage.provider}/${usage.model}, ${usage.outcome}, ${formatAmount(event.amount)}`;
  if (explained.type === 'free') return `${what}\nfree: nothing was served, or it came from a cache`;
  if (explained.type === 'unexplained') {
    return `${what}\nDOES NOT AGREE: ${explained.charged} was charged, and computed again it is ${explained.computed}`;
  }
  return `${what}\n${describeReceipt(encodeReceipt(explained.receipt))}`;
}

function describeReceipt(receipt: ReceiptView): string {
  const { rate_card: card, override } = receipt;
  const agreed = override === undefined ? '' : `, override ${override.id} version ${override.version}`;
  const lines = receipt.lines.map((line) => [
    line.token_class,
    String(line.quantity),
    `× ${line.unit_price}`,
    `= ${line.amount}`,
  ]);
  return [
    `rate card ${card.id} version ${card.version} (${card.content_hash.slice(0, 12)})${agreed}`,
    `service tier ${receipt.service_tier}, context tier ${receipt.context_tier}`,
    table(lines),
    `subtotal ${receipt.subtotal}, markup ${receipt.markup_basis_points} basis points, total ${receipt.total}`,
  ].join('\n');
}
