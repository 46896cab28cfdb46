import { encodeRateCardFile, type GenaiProvider, importGenaiPrices, type NotImported } from '@floopy/contracts';
import { type Instant, type Interval, validateRateCard } from '@floopy/domain';
import { waitForUpdate } from '@pydantic/genai-prices';
import type { Command } from 'commander';
import { type Act, addLeaf, type AnswerOptions, identifierArgument, table, timeOption } from '../command-line';
import { WrongUsage } from '../session/faults';
import { DEFAULT_CARD_FILE, writeTextFile } from './card-file';

/** Usage that is older than this product, such as a recorded trace, can be priced as well. */
const DEFAULT_START = '2020-01-01T00:00:00.000Z';

interface ImportOptions extends AnswerOptions {
  readonly out: string;
  readonly id: string;
  readonly from: Instant;
  readonly until?: Instant;
  readonly provider?: readonly string[];
  readonly dryRun?: boolean;
}

/** `rate-cards import`: writes a card file from the catalogue of prices that is installed with this program. */
export function addImport(cards: Command, act: Act): void {
  addLeaf(cards, {
    usage: 'import',
    description: 'write a card file from the prices of @pydantic/genai-prices, and list what it cannot hold',
    examples: [
      'rate-cards import',
      'rate-cards import --provider openai --provider anthropic --out card.json',
      'rate-cards import --from 2026-12-01T00:00:00Z --json',
    ],
    dryRun: 'tell what would be imported without writing the file',
    writes: 'files',
  })
    .option('--out <file>', 'the file to write', DEFAULT_CARD_FILE)
    .option('--id <id>', 'what the card is called', identifierArgument, 'standard')
    .option('--from <time>', `in force from (default: ${DEFAULT_START})`, timeOption, timeOption(DEFAULT_START))
    .option('--until <time>', 'in force until', timeOption)
    .option('--provider <provider...>', 'only these')
    .action((options: ImportOptions) =>
      act(options, async () => {
        const inForce: Interval = { start: options.from, end: options.until ?? null };
        const catalogue = await readCatalogue(options.provider);
        const { models, notImported } = importGenaiPrices(catalogue, inForce);
        const draft = { id: options.id, inForce, models };
        const [fault] = validateRateCard(draft);
        if (fault !== undefined) throw new WrongUsage(`The card is not valid: ${fault.code} ${fault.path.join(' ')}`);
        if (options.dryRun !== true) await writeTextFile(options.out, encodeRateCardFile(draft));
        const state = options.dryRun === true ? 'would be written' : 'written';
        return {
          json: {
            file: options.out,
            state: state.replaceAll(' ', '_'),
            models: models.length,
            not_imported: notImported.map(({ modelImported, ...rest }) => ({ ...rest, model_imported: modelImported })),
          },
          text: describeImport(`${options.out} ${state}: ${models.length} models`, notImported),
        };
      }),
    );
}

async function readCatalogue(providers: readonly string[] | undefined): Promise<readonly GenaiProvider[]> {
  const catalogue = (await waitForUpdate()) ?? [];
  const unknown = providers?.find((id) => !catalogue.some((provider) => provider.id === id));
  if (unknown === undefined) return catalogue.filter(({ id }) => providers === undefined || providers.includes(id));
  throw new WrongUsage(`The catalogue has no provider ${unknown}; it has ${catalogue.map(({ id }) => id).join(', ')}.`);
}

function describeImport(summary: string, notImported: readonly NotImported[]): string {
  if (notImported.length === 0) return summary;
  const rows = notImported.map(({ provider, model, price, reason, detail, modelImported }) => [
    `${provider}/${model}`,
    price ?? '',
    modelImported ? 'only this price' : 'whole model',
    reason,
    detail,
  ]);
  const listed = table([['NOT IMPORTED', 'PRICE', 'WHAT', 'REASON', 'DETAIL'], ...rows]);
  return `${summary}\n\n${listed}`;
}
