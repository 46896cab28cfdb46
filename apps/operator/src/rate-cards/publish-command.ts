import { userInfo } from 'node:os';
import { publishRateCard, type PublishedRateCard, publishRateOverride } from '@floopy/application';
import {
  decideRateCard,
  decideRateOverride,
  formatInstant,
  type RateCardDecision,
  type RateOverrideDecision,
  type RateOverrideDraft,
} from '@floopy/domain';
import { createPublishingStore, type Queries, queriesOf, readRateCards, readRateOverrides } from '@floopy/postgres';
import { sha256, systemClock } from '@floopy/runtime';
import type { Command } from 'commander';
import { type Act, addLeaf, type Answer, type AnswerOptions } from '../command-line';
import { requireOrganization } from '../organization/require-organization';
import { EXIT_CODE, WrongUsage } from '../session/faults';
import type { Session } from '../session/session';
import { DEFAULT_CARD_FILE, readCardFile, readOverrideFile } from './card-file';
import { changeJson, describeChange, describeFaults } from './describe-prices';

interface PublishOptions extends AnswerOptions {
  readonly by: string;
  readonly override?: string;
  readonly dryRun?: boolean;
}

/** `rate-cards publish`: makes a file the next version, which prices everything that is posted from then on. */
export function addPublishCard(cards: Command, act: Act): void {
  addLeaf(cards, {
    usage: 'publish',
    description: 'publish a card file as the next version; exit 1 when it would change the past',
    examples: [
      'rate-cards publish',
      'rate-cards publish card.json --by ada --dry-run',
      'rate-cards publish --override acme.json --json',
    ],
    dryRun: 'tell what publishing would do',
  })
    .argument('[file]', 'the card file', DEFAULT_CARD_FILE)
    .option('--by <operator>', 'who publishes it', userInfo().username)
    .option('--override <file>', 'publish prices agreed with one organization instead of a card')
    .action((file: string, options: PublishOptions) =>
      act(options, (session) =>
        options.override === undefined
          ? publishCard(session, file, options)
          : publishOverride(session, options.override, options),
      ),
    );
}

async function publishCard(session: Session, file: string, options: PublishOptions): Promise<Answer> {
  const draft = await readCardFile(file);
  const pool = await session.database();
  if (options.dryRun === true) {
    const published = await readRateCards(queriesOf(pool));
    return answerOf(decideRateCard(draft, published, systemClock(), sha256));
  }
  const ports = { store: createPublishingStore(pool), clock: systemClock, sha256 };
  return answerOf(await publishRateCard(ports, { draft, publishedBy: options.by }));
}

function answerOf(outcome: PublishedRateCard | RateCardDecision): Answer {
  if (outcome.type === 'refused') {
    if (outcome.code === 'invalid_rate_card') {
      throw new WrongUsage(`The card is not valid:\n${describeFaults(outcome.faults)}`);
    }
    const changes = outcome.changes.map((change) => ({ ...changeJson(change), version: change.rateCardVersion }));
    const lines = outcome.changes.map((change) => `  version ${change.rateCardVersion}: ${describeChange(change)}`);
    const text = `Refused: it would change prices of the past, which usage was charged by.\n${lines.join('\n')}`;
    return { json: { state: 'refused', code: outcome.code, changes }, text, exitCode: EXIT_CODE.foundWrong };
  }
  const { card } = outcome;
  const state = outcome.type === 'publishable' ? 'would_be_published' : outcome.type;
  const json = {
    state,
    version: card.version,
    id: card.id,
    content_hash: card.contentHash,
    models: card.models.length,
    published_at: formatInstant(card.publishedAt),
  };
  return { json, text: `Version ${card.version} (${card.models.length} models): ${state.replaceAll('_', ' ')}` };
}

async function publishOverride(session: Session, file: string, options: PublishOptions): Promise<Answer> {
  const draft = await readOverrideFile(file);
  const pool = await session.database();
  const ports = { store: createPublishingStore(pool), clock: systemClock, sha256 };
  const outcome =
    options.dryRun === true
      ? await decideOverride(queriesOf(pool), draft)
      : await publishRateOverride(ports, { draft, publishedBy: options.by });
  if (outcome.type === 'refused') {
    const detail = outcome.code === 'invalid_override' ? `\n${describeFaults(outcome.faults)}` : '';
    throw new WrongUsage(`The override is refused: ${outcome.code}${detail}`);
  }
  const { version, organizationId, unitPrices } = outcome.override;
  const state = outcome.type === 'publishable' ? 'would_be_published' : outcome.type;
  const json = { state, organization_id: organizationId, version, prices: unitPrices.length };
  const text = `Override ${version} of ${organizationId} (${unitPrices.length} prices): ${state.replaceAll('_', ' ')}`;
  return { json, text };
}

async function decideOverride(queries: Queries, draft: RateOverrideDraft): Promise<RateOverrideDecision> {
  await requireOrganization(queries, draft.organizationId);
  const overrides = await readRateOverrides(queries);
  const ofOrganization = overrides.filter(({ organizationId }) => organizationId === draft.organizationId);
  return decideRateOverride(draft, ofOrganization, await readRateCards(queries), systemClock());
}
