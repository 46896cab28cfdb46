import { encodeRateCardFile } from '@floopy/contracts';
import {
  backdatedChanges,
  diffRateCards,
  formatInstant,
  instantOfMilliseconds,
  type RateCard,
  type RateCardDraft,
} from '@floopy/domain';
import { listRateCards, queriesOf, readRateCards } from '@floopy/postgres';
import { systemClock } from '@floopy/runtime';
import type { Command } from 'commander';
import { type Act, addLeaf, type AnswerOptions, table, wholeNumber } from '../command-line';
import { EXIT_CODE, WrongUsage } from '../session/faults';
import type { Session } from '../session/session';
import { DEFAULT_CARD_FILE, readCardFile } from './card-file';
import { changeJson, describeChange, describeDiff, diffJson } from './describe-prices';
import { addImport } from './import-command';
import { addPublishCard } from './publish-command';

const MAX_VERSION = 2_147_483_647;
const NO_CARD: RateCardDraft = { id: 'none', inForce: { start: instantOfMilliseconds(0), end: null }, models: [] };

/** `rate-cards import|diff|publish|list|show`. */
export function addRateCards(program: Command, act: Act): void {
  const cards = program.command('rate-cards').description('published prices, and how they come about');
  addImport(cards, act);
  addDiff(cards, act);
  addPublishCard(cards, act);
  addList(cards, act);
  addShow(cards, act);
}

function addDiff(cards: Command, act: Act): void {
  addLeaf(cards, {
    usage: 'diff',
    description: 'compare a card file with a published version; exit 1 when publishing it would change the past',
    examples: ['rate-cards diff', 'rate-cards diff card.json --against 3 --json'],
  })
    .argument('[file]', 'the card file', DEFAULT_CARD_FILE)
    .option('--against <version>', 'the newest when absent', wholeNumber(1, MAX_VERSION))
    .action((file: string, options: AnswerOptions & { readonly against?: number }) =>
      act(options, async (session) => {
        const draft = await readCardFile(file);
        const published = await readRateCards(queriesOf(await session.database()));
        const before =
          options.against === undefined ? (published.at(-1) ?? null) : requireVersion(published, options.against);
        const diff = diffRateCards(before ?? NO_CARD, draft);
        const backdated = backdatedChanges(draft, published, systemClock());
        const past = backdated.map((change) => `  version ${change.rateCardVersion}: ${describeChange(change)}`);
        return {
          json: { against: before?.version ?? null, ...diffJson(diff), changes_of_the_past: backdated.map(changeJson) },
          text: [describeDiff(diff), ...(past.length === 0 ? [] : ['It would change the past:', ...past])].join('\n'),
          ...(past.length === 0 ? {} : { exitCode: EXIT_CODE.foundWrong }),
        };
      }),
    );
}

function addList(cards: Command, act: Act): void {
  addLeaf(cards, {
    usage: 'list',
    description: 'every published version, newest first',
    examples: ['rate-cards list', 'rate-cards list --json'],
  }).action((options: AnswerOptions) =>
    act(options, async (session) => {
      const listed = await listRateCards(queriesOf(await session.database()));
      const json = listed.map((card) => ({
        version: card.version,
        id: card.id,
        content_hash: card.contentHash,
        in_force: {
          start: formatInstant(card.inForce.start),
          end: card.inForce.end === null ? null : formatInstant(card.inForce.end),
        },
        published_at: formatInstant(card.publishedAt),
        published_by: card.publishedBy,
      }));
      const rows = json.map((card) => [
        String(card.version),
        card.id,
        `${card.in_force.start} – ${card.in_force.end ?? 'open'}`,
        `${card.published_at} by ${card.published_by}`,
        card.content_hash.slice(0, 12),
      ]);
      return {
        json: { rate_cards: json },
        text: table([['VERSION', 'ID', 'IN FORCE', 'PUBLISHED', 'CONTENT'], ...rows]),
      };
    }),
  );
}

function addShow(cards: Command, act: Act): void {
  addLeaf(cards, {
    usage: 'show',
    description: 'a published version as a card file',
    examples: ['rate-cards show 1', 'rate-cards show 1 > card.json'],
  })
    .argument('[version]', 'the newest when absent', wholeNumber(1, MAX_VERSION))
    .action((version: number | undefined, options: AnswerOptions) =>
      act(options, async (session) => {
        const card = await findCard(session, version);
        const text = encodeRateCardFile(card);
        const { contentHash, publishedAt } = card;
        return {
          json: {
            version: card.version,
            content_hash: contentHash,
            published_at: formatInstant(publishedAt),
            content: JSON.parse(text) as unknown,
          },
          text: text.trimEnd(),
        };
      }),
    );
}

async function findCard(session: Session, version: number | undefined): Promise<RateCard> {
  const published = await readRateCards(queriesOf(await session.database()));
  const newest = published.at(-1);
  if (newest === undefined)
    throw new WrongUsage('No rate card is published yet; "rate-cards publish" makes the first.');
  return version === undefined ? newest : requireVersion(published, version);
}

function requireVersion(published: readonly RateCard[], version: number): RateCard {
  const card = published.find((candidate) => candidate.version === version);
  if (card !== undefined) return card;
  const versions = published.map((candidate) => candidate.version).join(', ');
  throw new WrongUsage(`There is no version ${version}; published are ${versions || 'none'}.`);
}
