import type { AppliedPlan, AppliedPrice, Correction, Digest } from '@floopy/domain';
import { standingCodes } from './ledger-codes';
import { AT, type StreamedRow } from './stream-columns';
import {
  amountIn,
  flagIn,
  nameIn,
  type Names,
  optionalNameIn,
  optionalWholeIn,
  readDigest,
  textIn,
  wholeIn,
} from './stream-values';

/** Reads what a row says of the charge that it corrects. */
export function readCorrection(row: StreamedRow, names: Names): Correction {
  return {
    requestId: textIn(row, AT.request_id),
    provider: nameIn(row, AT.provider_key, names),
    model: nameIn(row, AT.model_key, names),
    teamId: optionalNameIn(row, AT.team_key, names),
    promptId: optionalNameIn(row, AT.prompt_key, names),
    plan: readPlan(row),
    uncounted: flagIn(row, AT.uncounted),
    price: readPrice(row),
    repricePlan: optionalWholeIn(row, AT.reprice_plan),
    voiding: readVoiding(row, names),
  };
}

function readVoiding(row: StreamedRow, names: Names): Correction['voiding'] {
  const id = row[AT.void_event_id] ?? null;
  if (id === null) {
    const stated = COLUMNS_OF_VOID.find((column) => (row[AT[column]] ?? null) !== null);
    if (stated !== undefined) throw new Error(`${stated} stands on a correction that no producer asked for`);
    return null;
  }
  return {
    source: nameIn(row, AT.source_key, names),
    id,
    contentDigest: readDigest(textIn(row, AT.content)) as Digest,
    ingestPartition: wholeIn(row, AT.partition_key),
  };
}

const COLUMNS_OF_VOID = ['source_key', 'content', 'partition_key'] as const;

export function readPrice(row: StreamedRow): AppliedPrice | null {
  const rateCardVersion = optionalWholeIn(row, AT.rate_card_version);
  const overrideVersion = optionalWholeIn(row, AT.override_version);
  const markupBasisPoints = optionalWholeIn(row, AT.markup_basis_points) ?? 0;
  if (rateCardVersion !== null) return { rateCardVersion, overrideVersion, markupBasisPoints };
  if (overrideVersion !== null || markupBasisPoints !== 0) throw new Error('an override or a markup without a card');
  return null;
}

/** Null on what was posted before there were plans. */
export function readPlan(row: StreamedRow): AppliedPlan | null {
  const planVersion = optionalWholeIn(row, AT.plan_version);
  const standing = optionalWholeIn(row, AT.standing);
  const overageRate = (row[AT.overage_rate] ?? null) === null ? null : amountIn(row, AT.overage_rate);
  if (planVersion !== null && standing !== null) {
    return { planVersion, standing: standingCodes.wordOf(standing), overageRate };
  }
  if (planVersion !== null || standing !== null || overageRate !== null) throw new Error('a plan without its standing');
  return null;
}
