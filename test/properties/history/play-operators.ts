import { strict as assert } from 'node:assert';
import type { TermsTold } from '../oracle/account';
import { assertAnswered, type Played } from './answers';
import { DAY_MS, intervalOf, nthOrganization, wantedOf } from './choose';
import type { Cut } from './cuts';
import { adjust, agree, applyRepricing, changeTermsOf, planRepricing, publishCard, reverse } from './operator-acts';
import { ratesOf, withRates } from './prices';
import type { Act } from './steps';
import { ORGANIZATIONS, type World } from './world';

/** What was agreed for a token of output, at the lowest level. */
const AGREED = 1_234_567n;

type OperatorAct = Exclude<
  Act['type'],
  'say' | 'wait' | 'read' | 'read wrongly' | 'redrive' | 'discard' | 'replay' | 'rebuild' | 'absorb'
>;

/** Acts with which somebody changes what is agreed, what is charged, or what it costs. */
export const OPERATORS: { readonly [Type in OperatorAct]: Played<Type> } = {
  async found(world, { organization }, cut) {
    const { id = '', markup = null, plan = '' } = ORGANIZATIONS[organization] ?? {};
    const isThere = world.oracle.accounts.has(id);
    const says = isThere ? 'refused' : 'registered';
    await assertAnswered(world, { subject: 'founding', says, cut }, () => world.register(organization));
    if (!isThere) world.oracle.found(id, markup, plan);
  },
  async 'publish card'(world, act, cut) {
    const newest = world.oracle.prices.cards.at(-1);
    if (newest === undefined) return;
    const card = withRates(newest, ratesOf(act.model, act.level), intervalOf(world, act));
    const says = world.oracle.prices.publishCard(card, world.now);
    await assertAnswered(world, { subject: 'a card', says, cut }, () => publishCard(world, card));
  },
  async agree(world, act, cut) {
    const id = nthOrganization(world, act.organization);
    const rates = act.model === null ? null : ratesOf(act.model, act.level);
    const prices =
      rates === null
        ? []
        : [{ model: rates.model, above: 0, class: 'output' as const, price: AGREED * BigInt(act.level + 1) }];
    const agreement = { ...intervalOf(world, act), prices };
    const says = world.oracle.prices.publishAgreement(id, agreement, world.now);
    await assertAnswered(world, { subject: 'an agreement', says, cut }, () => agree(world, id, agreement));
  },
  async adjust(world, { organization, key, units }, cut) {
    const id = nthOrganization(world, organization);
    const says = world.oracle.adjust(id, { units, key: `key_${key}` }, world.now);
    await assertAnswered(world, { subject: 'an adjustment', says, cut }, () => adjust(world, id, units, `key_${key}`));
  },
  async reverse(world, { organization, nth, uncount }, cut) {
    const id = nthOrganization(world, organization);
    const { entries } = world.oracle.account(id);
    if (entries.length === 0) return;
    const position = 1 + (nth % entries.length);
    const says = world.oracle.reverse(id, position, uncount, world.now);
    await assertAnswered(world, { subject: 'a reversal', says, cut }, () => reverse(world, id, position, uncount));
  },
  async 'plan reprice'(world, act, cut) {
    const wanted = wantedOf(world, act);
    const says = world.oracle.planReprice(wanted);
    const { result } = await world.cuts.during(cut, () => planRepricing(world, wanted));
    world.reprices.push(result.number);
    const found = result.organizations.map(({ organizationId, entries, before, after, reversed, unpriced }) => {
      return [
        String(organizationId),
        { entries, before: BigInt(before), after: BigInt(after), reversed, unpriced },
      ] as const;
    });
    assert.deepEqual(new Map(found), says, 'what a reprice comes to');
    if (act.isAppliedAtOnce)
      await OPERATORS['apply reprice'](world, { type: 'apply reprice', nth: world.reprices.length - 1 }, null);
  },
  async 'apply reprice'(world, { nth }, cut) {
    const chosen = nth % Math.max(1, world.reprices.length);
    const number = world.reprices[chosen];
    if (number === undefined) return;
    await world.cuts.during(cut, () => applyRepricing(world, number));
    world.oracle.applyReprice(chosen, world.now);
  },
  'change plan': (world, { organization, plan, inDays }, cut) =>
    changeTerms(world, organization, inDays, cut, (from) => ({ type: 'plan', from, plan })),
  'switch overage': (world, { organization, isOn, inDays }, cut) =>
    changeTerms(world, organization, inDays, cut, (from) => ({ type: 'overage', from, isOn })),
};

async function changeTerms(
  world: World,
  organization: number,
  inDays: number,
  cut: Cut | null,
  toldFrom: (from: number) => TermsTold,
): Promise<void> {
  const id = nthOrganization(world, organization);
  const told = toldFrom(world.now + inDays * DAY_MS);
  const says = world.oracle.changeTerms(id, told, world.now);
  const change =
    told.type === 'plan'
      ? { type: 'plan' as const, planId: told.plan }
      : { type: 'overage' as const, enabled: told.isOn };
  const effectiveAt = inDays === 0 ? null : told.from;
  await assertAnswered(world, { subject: 'a change of terms', says, cut }, () =>
    changeTermsOf(world, id, change, effectiveAt),
  );
}
