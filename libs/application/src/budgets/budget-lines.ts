import { type Amount, budgetRemaining, type TeamSpend, type Terms, ZERO_AMOUNT } from '@floopy/domain';

/** What one team may spend and has spent in a billing period; null is the line of what no team is named for. */
export interface BudgetLine {
  readonly teamId: string | null;
  /** Null where it has none. */
  readonly limit: Amount | null;
  readonly spent: Amount;
  /** Null when nobody can say so. */
  readonly held: Amount | null;
  /** Null where it has no limit, and when nobody can say what is held. */
  readonly remaining: Amount | null;
  readonly requests: number;
}

export type TeamUse = Pick<TeamSpend, 'teamId' | 'spend' | 'requests'>;

/**
 * A line for each team that has a limit, has spent anything or has anything held, by id, and the line without a team last, whatever is on it: so
 * that the lines always come to all that was spent.
 * @param held what is set aside for the admitted requests of each team; null when nobody can say so
 */
export function budgetLines(
  { teamBudgets }: Pick<Terms, 'teamBudgets'>,
  uses: readonly TeamUse[],
  held: ReadonlyMap<string | null, Amount> | null,
): BudgetLine[] {
  const byTeam = new Map(uses.map((use) => [use.teamId, use]));
  const users = [...byTeam.keys(), ...(held?.keys() ?? [])].filter((teamId) => teamId !== null);
  const named = new Set([...teamBudgets.keys(), ...users]);
  return [...[...named].sort(), null].map((teamId) => {
    const { spend: spent, requests } = byTeam.get(teamId) ?? { spend: ZERO_AMOUNT, requests: 0 };
    const limit = (teamId === null ? null : teamBudgets.get(teamId)) ?? null;
    const teamHeld = held === null ? null : (held.get(teamId) ?? ZERO_AMOUNT);
    const isKnown = limit !== null && teamHeld !== null;
    const remaining = isKnown ? budgetRemaining({ limit, spent, held: teamHeld }) : null;
    return { teamId, limit, spent, held: teamHeld, remaining, requests };
  });
}
