import { addAmounts, type Amount, type BillingPeriod, formatAmount, type Terms, ZERO_AMOUNT } from '@floopy/domain';
import { z } from 'zod';
import { billingPeriodSchema } from '../balance/balance-message-schema';
import { amountSchema, identifierSchema, OBJECT_RULE, wholeNumberSchema } from '../wire/wire-schemas';
import { encodeBillingPeriod, termsFields } from './terms-view';
import type { WatermarkView } from './watermark';

const lineFields = {
  /** The most that the team may spend in a billing period; null where it has no limit. */
  limit: amountSchema.nullable(),
  /** What it was charged in the running period. */
  spent: amountSchema,
  /** What its admitted requests have set aside and not used yet; null when nobody can say so at this position. */
  held: amountSchema.nullable(),
  /** What it may still be admitted for, zero when the limit was lowered below what is used; null without limit or `held`. */
  remaining: amountSchema.nullable(),
  /** Requests that counted in the running period. */
  requests: wholeNumberSchema,
};

/** `PUT …/team-budgets/{team_id}`: one team, in the running billing period. */
export const teamBudgetViewSchema = z.object(
  { ...termsFields, unit: z.literal('cent'), period: billingPeriodSchema, team_id: identifierSchema, ...lineFields },
  { error: OBJECT_RULE },
);

/** `GET …/team-budgets`: every team that has a limit, has spent anything or has anything held, by id. */
export const teamBudgetsViewSchema = z.object(
  {
    ...termsFields,
    unit: z.literal('cent'),
    period: billingPeriodSchema,
    /** The last line, whose team is null, is what no team is named for. */
    budgets: z.array(z.object({ team_id: identifierSchema.nullable(), ...lineFields })),
    /** Of all lines together: what the ledger charged for usage of the period. */
    spent: amountSchema,
  },
  { error: OBJECT_RULE },
);

export type TeamBudgetView = z.output<typeof teamBudgetViewSchema>;
export type TeamBudgetsView = z.output<typeof teamBudgetsViewSchema>;

export interface TeamBudgetLine {
  readonly teamId: string | null;
  readonly limit: Amount | null;
  readonly spent: Amount;
  readonly held: Amount | null;
  readonly remaining: Amount | null;
  readonly requests: number;
}

export interface TeamBudgetsReading {
  readonly organizationId: string;
  readonly terms: Terms;
  readonly period: BillingPeriod;
  readonly lines: readonly TeamBudgetLine[];
  readonly watermark: WatermarkView;
}

export function encodeTeamBudgetsView(reading: TeamBudgetsReading): TeamBudgetsView {
  const { lines } = reading;
  return {
    ...encodeReading(reading),
    budgets: lines.map((line) => ({ team_id: line.teamId, ...encodeLine(line) })),
    spent: formatAmount(lines.reduce((sum, { spent }) => addAmounts(sum, spent), ZERO_AMOUNT)),
  };
}

/** The line of one team, which is empty where it has neither a limit nor spent or held anything. */
export function encodeTeamBudgetView(reading: TeamBudgetsReading, teamId: string): TeamBudgetView {
  const isHeldKnown = reading.lines.every(({ held }) => held !== null);
  const empty = { ...EMPTY_LINE, held: isHeldKnown ? ZERO_AMOUNT : null };
  const line = reading.lines.find((each) => each.teamId === teamId) ?? empty;
  return { ...encodeReading(reading), team_id: teamId, ...encodeLine(line) };
}

const EMPTY_LINE = { limit: null, spent: ZERO_AMOUNT, remaining: null, requests: 0 };

function encodeReading({ organizationId, terms, period, watermark }: TeamBudgetsReading) {
  return {
    organization_id: organizationId,
    unit: 'cent' as const,
    period: encodeBillingPeriod(period),
    terms_version: terms.version,
    watermark,
  };
}

function encodeLine({ limit, spent, held, remaining, requests }: Omit<TeamBudgetLine, 'teamId'>) {
  return {
    limit: limit === null ? null : formatAmount(limit),
    spent: formatAmount(spent),
    held: held === null ? null : formatAmount(held),
    remaining: remaining === null ? null : formatAmount(remaining),
    requests,
  };
}
