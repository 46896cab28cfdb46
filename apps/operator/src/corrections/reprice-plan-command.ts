import { planReprice, type RepricePlanning, type RepriceRequest } from '@floopy/application';
import { formatInstant, type Instant, type OrganizationId } from '@floopy/domain';
import { createRepriceReads, saveRepricePlan } from '@floopy/postgres';
import { type Command, InvalidArgumentError } from 'commander';
import {
  type Act,
  addLeaf,
  type Answer,
  type AnswerOptions,
  identifierArgument,
  organizationArgument,
  timeOption,
  wholeNumber,
} from '../command-line';
import { WrongUsage } from '../session/faults';
import type { Session } from '../session/session';
import { reasonOption } from './reverse-command';
import { repriceJson, repriceText } from './reprice-view';

interface PlanOptions extends AnswerOptions {
  readonly from: Instant;
  readonly to: Instant;
  readonly model?: string;
  readonly card?: number;
  readonly override?: number | null;
  readonly reason: string;
  readonly dryRun?: boolean;
}

const LARGEST_VERSION = 2_147_483_647;

/** `reprice plan <org|all>`. */
export function addPlanReprice(reprice: Command, act: Act): void {
  addLeaf(reprice, {
    usage: 'plan',
    description:
      'tell by organization what usage of an interval would have cost by other published prices, and keep that',
    examples: [
      'reprice plan all --from 2026-11-01T00:00:00Z --to 2026-11-03T00:00:00Z --card 8 --reason "wrong rate for gpt-4o" --dry-run',
      'reprice plan all --from 2026-11-01T00:00:00Z --to 2026-11-03T00:00:00Z --model gpt-4o --card 8 --reason "wrong rate"',
      'reprice plan org_acme --from 2026-11-01T00:00:00Z --to 2026-12-01T00:00:00Z --override 2 --reason "agreed from 1 November"',
    ],
    dryRun: 'tell it without keeping a plan',
  })
    .argument('<organization>', 'its id, or all', organizationArgument)
    .requiredOption('--from <time>', 'usage that was served at this time or later', timeOption)
    .requiredOption('--to <time>', 'and before this one', timeOption)
    .requiredOption('--reason <text>', 'why; it stands on every entry, so it names no person', reasonOption)
    .option('--model <model>', 'only usage of this model, as events state it', identifierArgument)
    .option(
      '--card <version>',
      'a published card, whatever its interval; without it each keeps its own',
      wholeNumber(1, LARGEST_VERSION),
    )
    .option(
      '--override <version>',
      'a published override of the organization, or none; without it each keeps its own',
      overrideOption,
    )
    .action((organizationId: OrganizationId, options: PlanOptions) =>
      act(options, (session) => plan(session, organizationId, options)),
    );
}

function overrideOption(text: string): number | null {
  if (text === 'none') return null;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be the version of an override, or none.');
}

async function plan(session: Session, named: OrganizationId, options: PlanOptions): Promise<Answer> {
  const { from, to, model = null, card, override, reason, dryRun = false } = options;
  if (to <= from) throw new WrongUsage('--to must be later than --from.');
  if (card === undefined && override === undefined) {
    throw new WrongUsage('Name the right prices: --card, --override, or both ("rate-cards list" shows them).');
  }
  const pool = await session.database();
  const progress = session.showProgress({ task: 'pricing', unit: 'charges', total: null });
  const request: RepriceRequest = {
    organizationId: named === 'all' ? null : named,
    selection: { from, until: to, model },
    right: { rateCardVersion: card ?? 'kept', overrideVersion: override === undefined ? 'kept' : override },
    reason,
    plannedBy: session.operator ?? 'nobody',
  };
  try {
    const planning = await planReprice(
      {
        reads: createRepriceReads(pool),
        savePlan: (planned, organizations) =>
          dryRun ? Promise.resolve(0) : saveRepricePlan(pool, planned, organizations),
        onProgress: (charges) => progress.reach(charges),
      },
      request,
    );
    if (planning.type === 'refused') throw new WrongUsage(refusalText(named, options, planning));
    return answerOf(request, planning, dryRun);
  } finally {
    progress.end();
  }
}

function answerOf(
  { selection, reason }: RepriceRequest,
  { number, organizations }: Extract<RepricePlanning, { type: 'planned' }>,
  isDryRun: boolean,
): Answer {
  const state = isDryRun ? 'would_be_planned' : 'planned';
  const { from, until, model } = selection;
  const interval = { from: formatInstant(from), to: formatInstant(until) };
  const next = isDryRun
    ? 'nothing was kept'
    : `plan ${number} is kept: "reprice apply ${number}" posts the differences`;
  return {
    json: { state, plan: isDryRun ? null : number, reason, ...interval, model, ...repriceJson(organizations) },
    text: `${repriceText(organizations)}\n${next}`,
  };
}

function refusalText(
  named: OrganizationId,
  { card, override }: PlanOptions,
  { code }: Extract<RepricePlanning, { type: 'refused' }>,
): string {
  switch (code) {
    case 'unknown_organization':
      return `There is no organization ${named}; "organizations list" shows those that there are.`;
    case 'unknown_rate_card':
      return `No card was published as version ${card}; "rate-cards list" shows them. Publish the right one first.`;
    case 'unknown_override':
      return `${named} has no override ${override}; publish it with "rate-cards publish --override" first.`;
    case 'override_of_one':
      return 'An override is of one organization: name it instead of all.';
  }
}
