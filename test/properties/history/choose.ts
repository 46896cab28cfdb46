import type { RepriceWanted } from '../oracle/vocabulary';
import { EVER, MODELS } from './prices';
import type { DrawnReprice, Priced } from './steps';
import { HOUR_MS, type World } from './world';

/** What drawn numbers stand for, among what there is by now. */

export const DAY_MS = 24 * HOUR_MS;

export function nthOrganization({ organizations }: World, nth: number): string {
  return organizations[nth % organizations.length] ?? '';
}

export function intervalOf({ now }: World, { start, days }: Priced): { start: number; end: number | null } {
  const starts = { ever: EVER, past: now - 2 * DAY_MS, now, soon: now + HOUR_MS };
  return { start: starts[start], end: days === null ? null : starts[start] + days * DAY_MS };
}

export function wantedOf(world: World, drawn: DrawnReprice): RepriceWanted {
  const { oracle, now } = world;
  const organization = drawn.organization === null ? null : nthOrganization(world, drawn.organization);
  const agreements = organization === null ? 0 : oracle.prices.agreementsOf(organization).length;
  const drawnVersion =
    typeof drawn.agreement === 'number' ? 1 + (drawn.agreement % Math.max(1, agreements)) : drawn.agreement;
  const agreement = typeof drawnVersion === 'number' && agreements === 0 ? 'kept' : drawnVersion;
  // To keep both is no reprice.
  const drawnCard = drawn.card === 'kept' ? 0 : drawn.card;
  const keepsCard = drawn.card === 'kept' && agreement !== 'kept';
  return {
    organization,
    from: now - drawn.hours * HOUR_MS,
    until: now + HOUR_MS,
    model: drawn.model === null ? null : (MODELS[drawn.model] ?? null),
    right: {
      card: keepsCard ? 'kept' : 1 + (drawnCard % oracle.prices.cards.length),
      agreement,
    },
  };
}
