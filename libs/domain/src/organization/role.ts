/** What a person of an organization may do: an Owner what an Admin may and more, an Admin what a Member may and more. */
export const ROLES = ['owner', 'admin', 'member'] as const;
export type Role = (typeof ROLES)[number];

/** Who asks for a change: a person in a role, or an operator of ours. */
export type Actor = Role | 'operator';

/** Whether `actor` may do what is reserved for `least`, and for whoever may do more. */
export function mayActAs(actor: Actor, least: Actor): boolean {
  return POWER[actor] >= POWER[least];
}

const POWER: Readonly<Record<Actor, number>> = { member: 0, admin: 1, owner: 2, operator: 3 };
