import {
  type Amount,
  formatAmount,
  formatInstant,
  type Instant,
  ORGANIZATION_STATUSES,
  type OrganizationStatus,
  type Plan,
  ROLES,
  type Terms,
} from '@floopy/domain';
import { z } from 'zod';
import { amountSchema, identifierSchema, instantSchema, OBJECT_RULE, oneOf } from '../wire/wire-schemas';
import { encodePlanTerms, planTermsSchema } from './plan-view';
import { encodeMadeChange, madeChangeFields, termsFields } from './terms-view';
import type { WatermarkView } from './watermark';

/** `GET /organizations/{organization_id}`. */
export const organizationViewSchema = z.object(
  {
    ...termsFields,
    name: z.string(),
    created_at: instantSchema,
    status: oneOf(ORGANIZATION_STATUSES),
    /** What it still has, also when it is closed. */
    balance: amountSchema,
    plan: planTermsSchema,
    /** Usage that arrives while it is suspended or closed was served, and is posted as always. */
    late_usage: z.literal('charged_and_counted'),
    /** Every time that its status was changed, in order. */
    status_history: z.array(
      z.object({ status: oneOf(ORGANIZATION_STATUSES), reason: z.string(), ...madeChangeFields }),
    ),
  },
  { error: OBJECT_RULE },
);

/** `GET …/members`: who may act for an organization, by id. */
export const membersViewSchema = z.object(
  { ...termsFields, members: z.array(z.object({ member_id: identifierSchema, role: oneOf(ROLES) })) },
  { error: OBJECT_RULE },
);

/** `GET …/teams`: the teams that have a name, by id. */
export const teamsViewSchema = z.object(
  { ...termsFields, teams: z.array(z.object({ team_id: identifierSchema, name: z.string() })) },
  { error: OBJECT_RULE },
);

export type OrganizationView = z.output<typeof organizationViewSchema>;
export type MembersView = z.output<typeof membersViewSchema>;
export type TeamsView = z.output<typeof teamsViewSchema>;

export interface TermsReading {
  readonly organizationId: string;
  readonly terms: Terms;
  readonly watermark: WatermarkView;
}

export interface OrganizationReading extends TermsReading {
  readonly name: string;
  readonly createdAt: Instant;
  readonly status: OrganizationStatus;
  readonly balance: Amount;
  readonly plan: Plan;
}

export function encodeOrganizationView(reading: OrganizationReading): OrganizationView {
  const { terms } = reading;
  return {
    organization_id: reading.organizationId,
    name: reading.name,
    created_at: formatInstant(reading.createdAt),
    status: reading.status,
    balance: formatAmount(reading.balance),
    plan: encodePlanTerms(reading.plan),
    late_usage: 'charged_and_counted',
    status_history: terms.statuses.map((made) => ({
      status: made.change.status,
      reason: made.change.reason,
      ...encodeMadeChange(made),
    })),
    terms_version: terms.version,
    watermark: reading.watermark,
  };
}

export function encodeMembersView({ organizationId, terms, watermark }: TermsReading): MembersView {
  return {
    organization_id: organizationId,
    members: entriesById(terms.members).map(([id, role]) => ({ member_id: id, role })),
    terms_version: terms.version,
    watermark,
  };
}

export function encodeTeamsView({ organizationId, terms, watermark }: TermsReading): TeamsView {
  return {
    organization_id: organizationId,
    teams: entriesById(terms.teams).map(([id, name]) => ({ team_id: id, name })),
    terms_version: terms.version,
    watermark,
  };
}

function entriesById<Value>(map: ReadonlyMap<string, Value>): [id: string, value: Value][] {
  return [...map].sort(([left], [right]) => (left < right ? -1 : 1));
}
