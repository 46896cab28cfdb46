import { assertNever, formatAmount, type OrganizationStatus, type Role, type TermsChange } from '@floopy/domain';
import { amountOfRow } from '../ledger/lock-streams';

/** What a change says beside its kind, as JSON with its keys in one order; amounts are decimal strings of cents. */
export function writeChangeContent(change: TermsChange): string {
  switch (change.type) {
    case 'status':
      return JSON.stringify({ reason: change.reason, status: change.status });
    case 'plan':
      return JSON.stringify({ plan: change.planId });
    case 'overage':
      return JSON.stringify({ enabled: change.enabled });
    case 'billing_anchor':
      return JSON.stringify({ day: change.day, hour: change.hour });
    case 'team_budget':
      return JSON.stringify({ limit: change.limit === null ? null : formatAmount(change.limit), team: change.teamId });
    case 'member':
      return JSON.stringify({ member: change.memberId, role: change.role });
    case 'team':
      return JSON.stringify({ name: change.name, team: change.teamId });
    default:
      return assertNever(change);
  }
}

/** Every field that a content may have; which ones are there follows from its kind. */
interface ChangeContent {
  readonly status: OrganizationStatus;
  readonly reason: string;
  readonly plan: string;
  readonly enabled: boolean;
  readonly day: number;
  readonly hour: number;
  readonly limit: string | null;
  readonly team: string;
  readonly member: string;
  readonly role: Role | null;
  readonly name: string | null;
}

/** Reads what `writeChangeContent` wrote: rows are append-only, and nobody else writes them. */
export function readChangeContent(kind: TermsChange['type'], text: string): TermsChange {
  const content = JSON.parse(text) as ChangeContent;
  switch (kind) {
    case 'status':
      return { type: kind, status: content.status, reason: content.reason };
    case 'plan':
      return { type: kind, planId: content.plan };
    case 'overage':
      return { type: kind, enabled: content.enabled };
    case 'billing_anchor':
      return { type: kind, day: content.day, hour: content.hour };
    case 'team_budget':
      return { type: kind, teamId: content.team, limit: content.limit === null ? null : amountOfRow(content.limit) };
    case 'member':
      return { type: kind, memberId: content.member, role: content.role };
    case 'team':
      return { type: kind, teamId: content.team, name: content.name };
    default:
      return assertNever(kind);
  }
}
