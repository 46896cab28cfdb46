import type { Interval, ModelRates } from '@floopy/domain';
import { type GenaiModel, type GenaiProvider, matches, namesWrittenOut } from './genai-catalogue';
import { contextTiersOf, type PriceFault } from './genai-context-tiers';
import { pricesIn } from './genai-prices-in';
import { KNOWN_SNAPSHOTS, type SnapshotNames } from './known-snapshots';

export type NotImportedReason =
  | PriceFault['reason']
  /** The price changes inside the card's interval: import with an interval that starts later, or ends earlier. */
  | 'price_changes_in_interval'
  /** Several prices a day, and a card has one. */
  | 'price_by_time_of_day'
  /** A dated name that the catalogue gives to no model, or to several: `model` is that name. */
  | 'ambiguous_name';

/** What the catalogue has and the card will not have. `price` names a key, or is null when it is about the whole model. */
export interface NotImported {
  readonly provider: string;
  readonly model: string;
  readonly price: string | null;
  readonly reason: NotImportedReason;
  readonly detail: string;
  /** True when the model is on the card and only this price of it is not. */
  readonly modelImported: boolean;
}

export interface ImportedPrices {
  readonly models: readonly ModelRates[];
  readonly notImported: readonly NotImported[];
}

/**
 * Turns a catalogue of `@pydantic/genai-prices` into the models of a rate card for one interval: exact decimals, every
 * inherited rate and every name written out. Nothing is rounded, guessed or dropped: what a card cannot say is listed.
 * Every model is in the standard tier, the only one that the catalogue prices.
 */
export function importGenaiPrices(
  catalogue: readonly GenaiProvider[],
  inForce: Interval,
  snapshots: SnapshotNames = KNOWN_SNAPSHOTS,
): ImportedPrices {
  const imports = catalogue.map((provider) => importProvider(provider, inForce, snapshots[provider.id] ?? []));
  return {
    models: imports.flatMap((imported) => imported.models),
    notImported: imports.flatMap((imported) => imported.notImported),
  };
}

function importProvider(provider: GenaiProvider, inForce: Interval, snapshots: readonly string[]): ImportedPrices {
  const snapshotsByModel = new Map<GenaiModel, string[]>();
  const notImported: NotImported[] = [];
  for (const name of snapshots) {
    const meant = provider.models.filter((model) => model.id === name || matches(model.match, name));
    const [only] = meant;
    if (only !== undefined && meant.length === 1) {
      snapshotsByModel.set(only, [...(snapshotsByModel.get(only) ?? []), name]);
    } else {
      const detail = `means ${meant.length === 0 ? 'no model' : meant.map((model) => model.id).join(' and ')}`;
      notImported.push({ ...about(provider, name), reason: 'ambiguous_name', detail });
    }
  }
  const imports = provider.models.map((model) =>
    importModel(provider, model, inForce, snapshotsByModel.get(model) ?? []),
  );
  return {
    models: imports.flatMap((imported) => imported.models),
    notImported: [...imports.flatMap((imported) => imported.notImported), ...notImported],
  };
}

function importModel(
  provider: GenaiProvider,
  model: GenaiModel,
  inForce: Interval,
  snapshots: readonly string[],
): ImportedPrices {
  const found = pricesIn(model.prices, inForce);
  if (found.type === 'undecided') {
    const { reason, detail } = found;
    return { models: [], notImported: [{ ...about(provider, model.id), reason, detail }] };
  }
  const { tiers, faults } = contextTiersOf(found.prices);
  const names = new Set([...namesWrittenOut(model.match), ...snapshots]);
  names.delete(model.id);
  return {
    models:
      tiers === null
        ? []
        : [{ provider: provider.id, model: model.id, aliases: [...names], serviceTiers: { standard: tiers } }],
    notImported: faults.map((fault) => ({ ...about(provider, model.id), ...fault, modelImported: tiers !== null })),
  };
}

function about(provider: GenaiProvider, model: string) {
  return { provider: provider.id, model, price: null, modelImported: false };
}
