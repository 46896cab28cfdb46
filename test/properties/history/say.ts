import type { Said, StatedUsage } from '../oracle/vocabulary';
import { aliasOf, MODELS } from './prices';
import type { DrawnUsage, Saying } from './steps';
import { MINUTE_MS, ORGANIZATIONS, type World } from './world';

/** Appends to the log of a partition what producers say. */
export function say(world: World, partition: number, sayings: readonly Saying[]): void {
  const log = world.logs[partition] ?? [];
  for (const saying of sayings) {
    const said = meantBy(world, saying);
    if (said === null) continue;
    log.push({ offset: log.length, said, appendedAt: world.now });
    world.said.push(said);
  }
}

/** Null where there is nothing yet to say again. */
function meantBy(world: World, saying: Saying): Said | null {
  switch (saying.type) {
    case 'usage':
      return { type: 'usage', usage: stated(world, saying), key: saying.isMiskeyed ? 'org_other' : idOf(saying) };
    case 'again':
      return world.said[saying.nth % world.said.length] ?? null;
    case 'otherwise': {
      const usage = nthUsage(world, saying.nth);
      if (usage === null) return null;
      return { type: 'usage', usage: { ...usage, output: usage.output + 1 }, key: usage.organization };
    }
    case 'void':
      return voidOf(world, saying);
    default:
      return { type: saying.type };
  }
}

function stated(world: World, drawn: DrawnUsage): StatedUsage {
  const model = MODELS[drawn.model] ?? MODELS[0];
  const { origin, outcome, cacheHit, credential, input, output, team } = drawn;
  return {
    organization: idOf(drawn),
    id: `evt_${usagesOf(world).length}`,
    occurredAt: world.now - drawn.minutesAgo * MINUTE_MS,
    request: `req_${drawn.request}`,
    model: drawn.byAlias ? aliasOf(model) : model,
    cached: Math.floor((input * drawn.cachedShare) / 1_000),
    origin,
    outcome,
    cacheHit,
    credential,
    input,
    output,
    team,
  };
}

function voidOf(world: World, { nth, isAhead }: Extract<Saying, { type: 'void' }>): Said | null {
  const named = isAhead
    ? { organization: ORGANIZATIONS[nth % ORGANIZATIONS.length]?.id ?? '', id: `evt_${usagesOf(world).length}` }
    : nthUsage(world, nth);
  if (named === null) return null;
  const { organization, id } = named;
  return { type: 'void', void: { organization, id: `void_${id}_${nth % 2}`, occurredAt: world.now, voids: id } };
}

function nthUsage(world: World, nth: number): StatedUsage | null {
  const usages = usagesOf(world);
  return usages[nth % usages.length] ?? null;
}

function usagesOf({ said }: World): StatedUsage[] {
  return said.flatMap((each) => (each.type === 'usage' ? [each.usage] : []));
}

function idOf({ organization }: DrawnUsage): string {
  return ORGANIZATIONS[organization]?.id ?? '';
}
