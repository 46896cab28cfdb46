import { type AdmissionExplanation, explainAdmission, type SupposedRequest } from '@floopy/application';
import { encodeAdmissionRefusal } from '@floopy/contracts';
import { formatAmount, formatInstant, type OrganizationId } from '@floopy/domain';
import { AdmissionTermsMemory } from '@floopy/postgres';
import { systemClock } from '@floopy/runtime';
import type { Command } from 'commander';
import {
  type Act,
  addLeaf,
  type Answer,
  type AnswerOptions,
  identifierArgument,
  organizationArgument,
  table,
  wholeNumber,
} from '../command-line';
import { WrongUsage } from '../session/faults';
import type { Session } from '../session/session';
import type { HeldReading } from './held-reading';
import { openHolds } from './open-holds';

const MOST_TOKENS = 1_000_000_000;

interface ExplainOptions extends AnswerOptions {
  readonly team?: string;
  readonly model?: string;
  readonly provider: string;
  readonly input: number;
  readonly maxOutput?: number;
}

/** `admission explain <org>`: which limit binds, with the numbers. */
export function addAdmission(program: Command, act: Act): void {
  const admission = program.command('admission').description('whether requests may run, and what stands in their way');
  addLeaf(admission, {
    usage: 'explain',
    description: 'every limit of an organization with its numbers, and which one a request would meet first',
    examples: [
      'admission explain org_acme',
      'admission explain org_acme --team team_search --model gpt-4o --input 10000 --max-output 2000 --json',
    ],
  })
    .argument('<organization>', 'its id', organizationArgument)
    .option('--team <id>', 'for a request of this team', identifierArgument)
    .option(
      '--model <model>',
      'for a request to this model; the cheapest that there could be when absent',
      identifierArgument,
    )
    .option('--provider <provider>', 'of the model', identifierArgument, 'openai')
    .option('--input <tokens>', 'that the request states', wholeNumber(0, MOST_TOKENS), 0)
    .option('--max-output <tokens>', 'that it may use; what the plan assumes when absent', wholeNumber(0, MOST_TOKENS))
    .action((organizationId: OrganizationId, options: ExplainOptions) =>
      act(options, (session) => explain(session, organizationId, options)),
    );
}

async function explain(session: Session, organizationId: OrganizationId, options: ExplainOptions): Promise<Answer> {
  const known = await new AdmissionTermsMemory(await session.database()).of(organizationId);
  if (known === null) {
    throw new WrongUsage(
      `There is no organization ${organizationId}; "organizations list" shows those that there are.`,
    );
  }
  const now = systemClock();
  const holds = await openHolds(session);
  const reading = await holds.read(organizationId, now, 0);
  const { model, provider, input, maxOutput, team } = options;
  const supposed: SupposedRequest = {
    organizationId,
    teamId: team ?? null,
    model: model === undefined ? null : { provider, model },
    inputTokens: input,
    maxOutputTokens: maxOutput ?? null,
  };
  const explanation = explainAdmission(supposed, known, reading, now);
  const json = explanationJson(organizationId, explanation, reading, {
    store: holds.store,
    state: await holds.state(),
  });
  return { json, text: explanationText(json) };
}

function explanationJson(
  organizationId: OrganizationId,
  { limits, standing, remaining, budgets, refusal }: AdmissionExplanation,
  { position, recoveringUntil, leaked, openHolds }: HeldReading,
  store: { readonly store: string; readonly state: string },
) {
  const { plan, period, cost } = limits;
  const decided = refusal === null ? 'admitted' : 'refused';
  const problem = refusal === null ? null : encodeAdmissionRefusal(refusal, plan.failurePolicy);
  return {
    organization_id: organizationId,
    decision: recoveringUntil === null ? decided : 'recovering',
    binds: refusal?.code ?? null,
    detail: problem?.detail ?? null,
    status: limits.status,
    needed: cost.type === 'bounded' ? formatAmount(cost.amount) : null,
    credits: {
      balance: formatAmount(standing.balance),
      open_holds: openHolds,
      held: formatAmount(standing.held),
      available: formatAmount(remaining.balance),
    },
    allowance: {
      included: plan.includedRequests,
      used: standing.requestsUsed,
      held: standing.requestsHeld,
      remaining: remaining.requests,
      overage_billed: limits.isOverageBilled,
    },
    team_budgets: budgets.map(({ teamId, limit, spent, held, remaining: left }) => ({
      team_id: teamId,
      limit: formatAmount(limit),
      spent: formatAmount(spent),
      held: formatAmount(held),
      remaining: formatAmount(left),
    })),
    plan: { id: plan.id, version: plan.version, features: [...plan.features] },
    period: { start: formatInstant(period.start), end: formatInstant(period.end) },
    terms_version: limits.termsVersion,
    leaked: leaked.holds,
    store: store.store,
    store_state: store.state,
    recovering_until: recoveringUntil === null ? null : formatInstant(recoveringUntil),
    position,
  };
}

function explanationText(json: ReturnType<typeof explanationJson>): string {
  const { credits, allowance, team_budgets: budgets } = json;
  const verdict = {
    admitted: `a request that needs ${json.needed ?? 'nothing'} cents would be admitted`,
    refused: `a request would be refused: ${json.binds ?? ''}. ${json.detail ?? ''}`,
    recovering: `nothing is admitted before ${json.recovering_until ?? ''}: holds may have been lost`,
  }[json.decision];
  const billed = allowance.overage_billed ? 'overage is billed' : 'overage is off';
  const rows = [
    ['LIMIT', 'OF', 'USED', 'HELD', 'LEFT'],
    ['credits', credits.balance, '', credits.held, credits.available],
    ['requests', ...[allowance.included, allowance.used, allowance.held, allowance.remaining].map(String)],
    ...budgets.map(({ team_id: team, limit, spent, held, remaining }) => [
      `team ${team}`,
      limit,
      spent,
      held,
      remaining,
    ]),
  ];
  return [
    `${json.organization_id} is ${json.status}, on plan ${json.plan.id} (version ${json.plan.version}), ${billed}`,
    verdict,
    '',
    table(rows),
    '',
    `${credits.open_holds} holds are open, ${json.leaked} leaked; period until ${json.period.end}`,
    `terms ${json.terms_version}, position ${json.position}; holds in ${json.store}: ${json.store_state}`,
  ].join('\n');
}
