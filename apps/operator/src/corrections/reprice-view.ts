import type { OrganizationReprice, PlannedOrganization } from '@floopy/application';
import { addAmounts, type Amount, formatAmount, subtractAmounts, ZERO_AMOUNT } from '@floopy/domain';
import { encodeOrganizationSums, encodeRepriceSums, missingRateText } from '@floopy/contracts';
import { table } from '../command-line';

/** What a reprice comes to, for each organization and in all. */
export function repriceJson(organizations: readonly OrganizationReprice[]): object {
  return {
    organizations: organizations.map(encodeOrganizationSums),
    entries: organizations.reduce((sum, { entries }) => sum + entries, 0),
    ...encodeRepriceSums(
      sumBy(organizations, ({ before }) => before),
      sumBy(organizations, ({ after }) => after),
    ),
  };
}

export function repriceText(organizations: readonly OrganizationReprice[]): string {
  const rows = organizations.map(({ organizationId, entries, before, after, reversed, unpriced }) => [
    organizationId,
    String(entries),
    formatAmount(before),
    formatAmount(after),
    formatAmount(subtractAmounts(after, before)),
    `${reversed} reversed, ${unpriced} without a rate`,
  ]);
  const header = ['ORGANIZATION', 'ENTRIES', 'CHARGED (CENTS)', 'SHOULD BE', 'DIFFERENCE', 'LEFT OUT'];
  const missing = organizations.flatMap(({ organizationId, missing: rate }) =>
    rate === null ? [] : [`${organizationId}: ${missingRateText(rate)}`],
  );
  return [table([header, ...rows]), ...missing].join('\n');
}

/** What was posted of a plan by now. */
export function progressJson(organizations: readonly PlannedOrganization[]): object {
  return {
    organizations: organizations.map((each) => ({
      organization_id: each.organizationId,
      planned: each.entries,
      posted: each.posted,
      credited: formatAmount(each.credited),
      finished: each.isFinished,
    })),
    credited: formatAmount(sumBy(organizations, ({ credited }) => credited)),
  };
}

export function progressText(organizations: readonly PlannedOrganization[]): string {
  const rows = organizations.map((each) => [
    each.organizationId,
    String(each.entries),
    String(each.posted),
    formatAmount(each.credited),
    each.isFinished ? 'applied' : 'not yet',
  ]);
  return table([['ORGANIZATION', 'PLANNED', 'POSTED', 'GIVEN BACK (CENTS)', 'STATE'], ...rows]);
}

function sumBy<Each>(all: readonly Each[], amountOf: (each: Each) => Amount): Amount {
  return all.reduce<Amount>((sum, each) => addAmounts(sum, amountOf(each)), ZERO_AMOUNT);
}
