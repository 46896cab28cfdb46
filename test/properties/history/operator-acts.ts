import {
  adjustBalance,
  applyReprice,
  changeTerms,
  discardLetters,
  planReprice,
  publishRateCard,
  publishRateOverride,
  type RepriceRequest,
  reverseCharge,
} from '@floopy/application';
import { amountOfUnits, instantOfMilliseconds, organizationIdOf, type TermsChange } from '@floopy/domain';
import {
  createAdjustmentStore,
  createCorrectionStore,
  createLetterStore,
  createPublishingStore,
  createRepriceReads,
  createRepriceStore,
  createTermsStore,
  readRepricePlan,
  saveRepricePlan,
} from '@floopy/postgres';
import { sha256 } from '@floopy/runtime';
import type { Agreement, Card, RepriceWanted } from '../oracle/vocabulary';
import { draftOfAgreement, draftOfCard } from './prices';
import type { World } from './world';

/** What operators do, each through the use case and the store of its command, and what they are answered in a word. */

const OPERATOR = { name: 'model', actNumber: null };

export async function publishCard(world: World, card: Card): Promise<string> {
  const ports = { store: createPublishingStore(world.pool), clock: world.clock, sha256 };
  return (await publishRateCard(ports, { draft: draftOfCard(card), publishedBy: 'model' })).type;
}

export async function agree(world: World, organization: string, agreement: Agreement): Promise<string> {
  const ports = { store: createPublishingStore(world.pool), clock: world.clock, sha256 };
  const draft = draftOfAgreement(organization, agreement);
  return (await publishRateOverride(ports, { draft, publishedBy: 'model' })).type;
}

export async function adjust(world: World, organization: string, units: bigint, key: string): Promise<string> {
  const ports = { store: createAdjustmentStore(world.pool), clock: world.clock, sha256 };
  const outcome = await adjustBalance(ports, {
    organizationId: organizationIdOf(organization),
    amount: amountOfUnits(units),
    reason: 'model',
    idempotencyKey: key,
  });
  return outcome.type === 'refused' ? outcome.code : outcome.type;
}

export async function reverse(world: World, organization: string, position: number, uncount: boolean): Promise<string> {
  const ports = { store: createCorrectionStore(world.pool), clock: world.clock, sha256 };
  const request = { organizationId: organizationIdOf(organization), sequence: position, reason: 'model', uncount };
  const outcome = await reverseCharge(ports, request);
  return outcome.type === 'refused' ? outcome.code : outcome.type;
}

/** @returns its number, and what it comes to for each organization */
export async function planRepricing(world: World, wanted: RepriceWanted) {
  const request: RepriceRequest = {
    organizationId: wanted.organization === null ? null : organizationIdOf(wanted.organization),
    selection: {
      from: instantOfMilliseconds(wanted.from),
      until: instantOfMilliseconds(wanted.until),
      model: wanted.model,
    },
    right: { rateCardVersion: wanted.right.card, overrideVersion: wanted.right.agreement },
    reason: 'model',
    plannedBy: 'model',
  };
  const planning = await planReprice(
    {
      reads: createRepriceReads(world.pool),
      savePlan: (asked, organizations) => saveRepricePlan(world.pool, asked, organizations),
      onProgress: () => undefined,
    },
    request,
  );
  if (planning.type === 'refused') throw new Error(`the reprice was refused: ${planning.code}`);
  return planning;
}

export async function applyRepricing(world: World, number: number): Promise<void> {
  const plan = await readRepricePlan(world.pool, number);
  if (plan === null) throw new Error(`there is no reprice ${number}`);
  await applyReprice(
    {
      reads: createRepriceReads(world.pool),
      store: createRepriceStore(world.pool),
      clock: world.clock,
      sha256,
      onProgress: () => undefined,
      stop: new AbortController().signal,
    },
    plan,
  );
}

/** @param effectiveAt null for at once */
export async function changeTermsOf(
  world: World,
  organization: string,
  change: TermsChange,
  effectiveAt: number | null,
): Promise<string> {
  const outcome = await changeTerms(
    { store: createTermsStore(world.pool), clock: world.clock, onChanged: () => Promise.resolve() },
    {
      organizationId: organizationIdOf(organization),
      change,
      effectiveAt: effectiveAt === null ? null : instantOfMilliseconds(effectiveAt),
      actor: 'operator',
      changedBy: 'model',
    },
  );
  return outcome.type === 'refused' ? outcome.code : outcome.type;
}

/** The letter of an offset, when it is still parked. */
export async function discard(world: World, partition: number, offset: number): Promise<void> {
  const selection = { topic: world.topic, partition, offsets: { from: offset, to: offset + 1 } };
  const request = { selection, reason: 'model', operator: OPERATOR, after: 0, limit: 1 };
  await discardLetters({ store: createLetterStore(world.pool) }, request);
}
