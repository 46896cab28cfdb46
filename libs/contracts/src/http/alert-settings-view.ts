import {
  type AlertSettings,
  type AlertSettingsFault,
  formatAmount,
  MOST_DEAD_LETTERS,
  MOST_THRESHOLDS,
  parseAmount,
} from '@floopy/domain';
import { z } from 'zod';
import { boundedFaults, orRequired, pointerTo, schemaFaults, type WireFault } from '../wire/wire-fault';
import { amountIn, amountSchema, identifierSchema, OBJECT_RULE } from '../wire/wire-schemas';

const LIMIT_RULE = 'must be a decimal string of cents with at most 10 decimals, such as "1000", and not negative';
const LIST_RULE = `must be a list of at most ${MOST_THRESHOLDS}`;
const COUNT_RULE = 'must be a whole number, at least 1';

const limit = z
  .string({ error: orRequired(LIMIT_RULE) })
  .refine((text) => (parseAmount(text) ?? -1n) >= 0n, { error: LIMIT_RULE });
const count = z.int({ error: orRequired(COUNT_RULE) }).min(1, { error: COUNT_RULE });
const counts = z.array(count, { error: orRequired(LIST_RULE) }).max(MOST_THRESHOLDS, { error: LIST_RULE });

/** `PUT …/alert-settings`: all of it, in place of what was said before. */
export const alertSettingsBodySchema = z.strictObject(
  {
    balance_below: z
      .array(limit, { error: orRequired(LIST_RULE) })
      .max(MOST_THRESHOLDS, { error: LIST_RULE })
      .describe('Told when the balance falls below any of these, in cents; again after it was a tenth above.'),
    days_left_below: counts.describe('Told when the credits will last for fewer days than any of these.'),
    allowance_percents: counts.describe('Told when this much of the included requests is used, once a period.'),
    team_budget_percents: counts.describe('Told when a team has spent this much of its budget, once a period.'),
    spike: z
      .strictObject(
        {
          factor_percent: count.describe('How many times the usual spending, in per cent: 300 is three times as much.'),
          smallest: limit.describe('Less than this in an hour is no spike, however unusual; in cents.'),
        },
        { error: orRequired(OBJECT_RULE) },
      )
      .nullable()
      .describe('Told when far more is spent in an hour than in the same hour of other days; null switches it off.'),
    unpriced_models: z
      .boolean({ error: orRequired('must be true or false') })
      .describe('Told once a day of each model that was used and has no rate.'),
    dead_letters: count
      .nullable()
      .describe(
        `Told when so many records of a day could not be applied, ${MOST_DEAD_LETTERS} at most; null switches it off.`,
      ),
  },
  { error: orRequired(OBJECT_RULE) },
);

/** `GET …/alert-settings`. */
export const alertSettingsViewSchema = z.object(
  {
    organization_id: identifierSchema,
    unit: z.literal('cent'),
    balance_below: z.array(amountSchema),
    days_left_below: z.array(z.int()),
    allowance_percents: z.array(z.int()),
    team_budget_percents: z.array(z.int()),
    spike: z.object({ factor_percent: z.int(), smallest: amountSchema }).nullable(),
    unpriced_models: z.boolean(),
    dead_letters: z.int().nullable(),
  },
  { error: OBJECT_RULE },
);

export type AlertSettingsView = z.output<typeof alertSettingsViewSchema>;

export type DecodedAlertSettings =
  | { readonly type: 'settings'; readonly settings: AlertSettings }
  | { readonly type: 'rejected'; readonly faults: readonly WireFault[] };

/** Reads the body of `PUT …/alert-settings`; total, whatever it is. */
export function decodeAlertSettings(body: unknown): DecodedAlertSettings {
  const read = alertSettingsBodySchema.safeParse(body);
  if (!read.success) return { type: 'rejected', faults: boundedFaults(schemaFaults(read.error.issues, '')) };
  const { spike } = read.data;
  return {
    type: 'settings',
    settings: {
      balanceBelow: read.data.balance_below.map(amountIn),
      daysLeftBelow: read.data.days_left_below,
      allowancePercents: read.data.allowance_percents,
      teamBudgetPercents: read.data.team_budget_percents,
      spike: spike === null ? null : { factorPercent: spike.factor_percent, smallest: amountIn(spike.smallest) },
      unpricedModels: read.data.unpriced_models,
      deadLetters: read.data.dead_letters,
    },
  };
}

const FAULT_DETAILS: Readonly<Record<AlertSettingsFault['code'], string>> = {
  too_many: LIST_RULE,
  repeated: 'must not name the same threshold twice',
  out_of_range: 'is further than anything can be measured',
};

/** Says where settings that could be read may not be saved. */
export function encodeAlertSettingsFaults(faults: readonly AlertSettingsFault[]): WireFault[] {
  return faults.map(({ code, path }) => ({ pointer: path.reduce(pointerTo, ''), detail: FAULT_DETAILS[code] }));
}

export function encodeAlertSettings(organizationId: string, settings: AlertSettings): AlertSettingsView {
  const { spike } = settings;
  return {
    organization_id: organizationId,
    unit: 'cent',
    balance_below: settings.balanceBelow.map(formatAmount),
    days_left_below: [...settings.daysLeftBelow],
    allowance_percents: [...settings.allowancePercents],
    team_budget_percents: [...settings.teamBudgetPercents],
    spike: spike === null ? null : { factor_percent: spike.factorPercent, smallest: formatAmount(spike.smallest) },
    unpriced_models: settings.unpricedModels,
    dead_letters: settings.deadLetters,
  };
}
