import {
  type Amount,
  addAmounts,
  formatAmount,
  formatInstant,
  type Instant,
  type RightPrices,
  ZERO_AMOUNT,
} from '@floopy/domain';
import { z } from 'zod';
import {
  amountSchema,
  instantSchema,
  OBJECT_RULE,
  oneOf,
  sequenceSchema,
  wholeNumberSchema,
} from '../wire/wire-schemas';
import { cursorSchema } from './ledger-page';
import {
  encodeOrganizationSums,
  encodeRepriceSums,
  type OrganizationSums,
  repricedOrganizationFields,
  repriceSumFields,
} from './reprice-sums';

/** Nothing was posted of it, some was, or all that was to be. */
const REPRICE_STATES = ['planned', 'begun', 'applied'] as const;

const plannedFields = {
  id: z.string().regex(/^[1-9]\d*$/),
  state: oneOf(REPRICE_STATES),
  planned_at: instantSchema,
  planned_by: z.string(),
  reason: z.string(),
  /** Usage that was served at or after the first, and before the second. */
  from: instantSchema,
  to: instantSchema,
  /** Null for every model. */
  model: z.string().nullable(),
  rate_card_version: z.union([sequenceSchema, z.literal('kept')]).describe('`kept`: the one that each charge has.'),
  override_version: z.union([sequenceSchema, z.literal(['kept', 'none'])]),
};

const totalFields = {
  entries: wholeNumberSchema.describe('Charges that become others.'),
  ...repriceSumFields,
  posted: wholeNumberSchema,
  /** What was given back by now, less what was charged more. */
  credited: amountSchema,
};

/** `GET /v1/reprices`: the last that was planned first. */
export const repricesViewSchema = z.object(
  {
    reprices: z.array(z.object({ ...plannedFields, organizations: wholeNumberSchema, ...totalFields })),
    next_cursor: cursorSchema,
  },
  { error: OBJECT_RULE },
);

/** `GET /v1/reprices/{id}`, and what planning and applying one answer. */
export const repriceViewSchema = z.object(
  {
    ...plannedFields,
    ...totalFields,
    organizations: z.array(
      z.object({
        ...repricedOrganizationFields,
        posted: wholeNumberSchema,
        credited: amountSchema,
        finished: z.boolean(),
      }),
    ),
  },
  { error: OBJECT_RULE },
);

export type RepricesView = z.output<typeof repricesViewSchema>;
export type RepriceView = z.output<typeof repriceViewSchema>;

interface PlannedReading {
  readonly number: number;
  readonly plannedAt: Instant;
  readonly plannedBy: string;
  readonly reason: string;
  readonly selection: { readonly from: Instant; readonly until: Instant; readonly model: string | null };
  readonly right: RightPrices;
}

interface Progress {
  readonly entries: number;
  readonly before: Amount;
  readonly after: Amount;
  readonly posted: number;
  readonly credited: Amount;
  readonly isFinished: boolean;
}

export interface RepriceLineReading extends PlannedReading, Progress {
  readonly organizations: number;
}

export interface RepriceReading extends PlannedReading {
  readonly organizations: readonly (OrganizationSums & Progress)[];
}

export function encodeRepricesView(reprices: readonly RepriceLineReading[], nextCursor: string | null): RepricesView {
  const lines = reprices.map((each) => ({
    ...encodePlanned(each, each),
    organizations: each.organizations,
    ...encodeTotal(each),
  }));
  return { reprices: lines, next_cursor: nextCursor };
}

export function encodeRepriceView(reading: RepriceReading): RepriceView {
  const total = totalOf(reading.organizations);
  const organizations = reading.organizations.map((each) => ({
    ...encodeOrganizationSums(each),
    posted: each.posted,
    credited: formatAmount(each.credited),
    finished: each.isFinished,
  }));
  return { ...encodePlanned(reading, total), ...encodeTotal(total), organizations };
}

function encodePlanned({ number, selection, right, reason, ...planned }: PlannedReading, progress: Progress) {
  const { overrideVersion } = right;
  return {
    id: String(number),
    state: stateOf(progress),
    planned_at: formatInstant(planned.plannedAt),
    planned_by: planned.plannedBy,
    reason,
    from: formatInstant(selection.from),
    to: formatInstant(selection.until),
    model: selection.model,
    rate_card_version: right.rateCardVersion,
    override_version: overrideVersion === null ? ('none' as const) : overrideVersion,
  };
}

function stateOf({ isFinished, posted }: Progress): (typeof REPRICE_STATES)[number] {
  if (isFinished) return 'applied';
  return posted === 0 ? 'planned' : 'begun';
}

function encodeTotal({ entries, before, after, posted, credited }: Progress) {
  return { entries, ...encodeRepriceSums(before, after), posted, credited: formatAmount(credited) };
}

function totalOf(organizations: readonly Progress[]): Progress {
  const nothing = { entries: 0, before: ZERO_AMOUNT, after: ZERO_AMOUNT, posted: 0, credited: ZERO_AMOUNT };
  return organizations.reduce<Progress>(
    (sum, each) => ({
      entries: sum.entries + each.entries,
      before: addAmounts(sum.before, each.before),
      after: addAmounts(sum.after, each.after),
      posted: sum.posted + each.posted,
      credited: addAmounts(sum.credited, each.credited),
      isFinished: sum.isFinished && each.isFinished,
    }),
    { ...nothing, isFinished: true },
  );
}
