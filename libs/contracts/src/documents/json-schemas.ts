import { z } from 'zod';
import { alertMessageSchema, alertWebhookSchema } from '../alerts/alert-message-schema';
import { balanceMessageSchema } from '../balance/balance-message-schema';
import { admissionBodySchema } from '../http/admission-body';
import { deadLetterDiscardViewSchema, deadLetterRedriveViewSchema } from '../http/dead-letter-acts-view';
import { deadLetterViewSchema } from '../http/dead-letter-view';
import { deadLettersViewSchema } from '../http/dead-letters-view';
import { holdsViewSchema } from '../http/admission-holds-view';
import { admissionReleaseViewSchema } from '../http/admission-release-view';
import { admissionViewSchema } from '../http/admission-view';
import { alertEndpointsViewSchema, alertEndpointViewSchema } from '../http/alert-endpoints-view';
import { alertSettingsBodySchema, alertSettingsViewSchema } from '../http/alert-settings-view';
import { alertsViewSchema, alertViewSchema } from '../http/alerts-view';
import { auditViewSchema } from '../http/audit-view';
import { balanceViewSchema } from '../http/balance-view';
import { billingPeriodsViewSchema } from '../http/billing-periods-view';
import { ledgerPageSchema } from '../http/ledger-page';
import { requestLogSchema } from '../http/logged-request';
import { monthlyUsageViewSchema } from '../http/monthly-usage-view';
import { membersViewSchema, organizationViewSchema, teamsViewSchema } from '../http/organization-view';
import { overageViewSchema } from '../http/overage-view';
import { planViewSchema } from '../http/plan-view';
import { problemSchema } from '../http/problem';
import { requestReceiptsSchema } from '../http/receipt-view';
import { repricesViewSchema, repriceViewSchema } from '../http/reprice-view';
import { reversalViewSchema } from '../http/reversal-view';
import { spendViewSchema } from '../http/spend-view';
import { statementViewSchema } from '../http/statement-view';
import { teamBudgetsViewSchema, teamBudgetViewSchema } from '../http/team-budgets-view';
import { usageEventFateSchema } from '../http/usage-event-fate';
import { ledgerEntrySchema } from '../ledger/ledger-entry';
import { ledgerMessageSchema } from '../ledger/ledger-message-schema';
import { usageCloudEventSchema, usageVoidCloudEventSchema } from '../usage/usage-cloud-event-schema';
import { usageEventSchema } from '../usage/usage-event-schema';
import { usageVoidSchema } from '../usage/usage-void-schema';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** What outsiders write: a field with a default may be left out. */
const WRITTEN = {
  usage_event: [
    usageEventSchema,
    'A usage event. Counts are written in digits alone (no 1e3, no 1.0), and the subsets of a side add up to at most its total.',
  ],
  usage_cloud_event: [usageCloudEventSchema, 'A usage event as CloudEvents write it in structured mode.'],
  usage_void: [usageVoidSchema, 'That a usage event was a mistake: what it was charged is given back, once.'],
  usage_void_cloud_event: [usageVoidCloudEventSchema, 'The same as CloudEvents write it in structured mode.'],
  admission_body: [admissionBodySchema, 'What is known of a request before it runs.'],
  alert_settings_body: [alertSettingsBodySchema, 'What an organization wants to be told of, from now on.'],
} as const;

/** What outsiders read: fields may be added. */
const READ = {
  ledger_message: [ledgerMessageSchema, 'A ledger event, with all that its hash covers and the hash before it.'],
  balance_message: [balanceMessageSchema, 'The newest balance of an organization.'],
  alert_message: [alertMessageSchema, 'An alert, as webhooks and the topic tell it.'],
  alert_webhook: [alertWebhookSchema, 'What a webhook is posted.'],
  balance: [balanceViewSchema, 'The balance of an organization, with the requests of its billing period.'],
  monthly_usage: [monthlyUsageViewSchema, 'What an organization used, by billing period.'],
  ledger_entry: [ledgerEntrySchema, 'A ledger event as a customer reads it on a statement.'],
  ledger_page: [ledgerPageSchema, 'Entries of a ledger, newest first.'],
  request_log: [requestLogSchema, 'Requests with their exact cost, latest first.'],
  request_receipts: [requestReceiptsSchema, 'Every charge of a request, each with its receipt.'],
  spend: [spendViewSchema, 'Spend by one or two dimensions, largest first.'],
  statement: [statementViewSchema, 'What moved a balance in a period, by when it was recorded.'],
  usage_event_fate: [usageEventFateSchema, 'What became of a usage event.'],
  organization: [organizationViewSchema, 'An organization, with its status, its plan and what it has.'],
  plan: [planViewSchema, 'The plan of an organization, the next one, and every one that was chosen.'],
  overage: [overageViewSchema, 'Whether requests past the allowance are agreed to, and how many are left.'],
  billing_periods: [billingPeriodsViewSchema, 'The billing periods of an organization around now.'],
  members: [membersViewSchema, 'Who may act for an organization, and in which role.'],
  teams: [teamsViewSchema, 'The teams of an organization.'],
  admission: [admissionViewSchema, 'A request that may run, and what is held for it.'],
  admission_release: [admissionReleaseViewSchema, 'What became of a hold that was to be given back.'],
  holds: [holdsViewSchema, 'What is held for an organization, what has leaked, and what passed a limit.'],
  team_budgets: [teamBudgetsViewSchema, 'What the teams of an organization may spend, and have spent.'],
  team_budget: [teamBudgetViewSchema, 'What one team may spend, and has spent.'],
  alert: [alertViewSchema, 'An alert as it was told, and how that went.'],
  alerts: [alertsViewSchema, 'Alerts of an organization, latest first.'],
  alert_settings: [alertSettingsViewSchema, 'What an organization wants to be told of.'],
  alert_endpoints: [alertEndpointsViewSchema, 'Who is told of alerts.'],
  alert_endpoint: [alertEndpointViewSchema, 'Who is told from now on, with the secret that is shown once.'],
  dead_letters: [deadLettersViewSchema, 'Records that could not be applied, the last first, counted by reason.'],
  dead_letter: [
    deadLetterViewSchema,
    'A record that could not be applied, with its bytes and all that happened to it.',
  ],
  dead_letter_redrive: [deadLetterRedriveViewSchema, 'What became of dead letters that were applied again.'],
  dead_letter_discard: [deadLetterDiscardViewSchema, 'How many dead letters were discarded.'],
  reversal: [reversalViewSchema, 'A charge, and the entry that gave it back.'],
  reprices: [repricesViewSchema, 'Reprices that were planned, the last first.'],
  reprice: [repriceViewSchema, 'What usage would have cost by the right prices, and how far that was posted.'],
  audit: [auditViewSchema, 'What operators did, the last first.'],
  problem: [problemSchema, 'Why a request was refused (RFC 9457).'],
} as const;

export type JsonSchemaName = keyof typeof WRITTEN | keyof typeof READ;

/** Every shape of the contract as a JSON Schema (draft 2020-12) of its own, generated from what checks it. */
export function jsonSchemas(): Readonly<Record<JsonSchemaName, JsonSchema>> {
  return { ...documented(WRITTEN, writtenSchema), ...documented(READ, readSchema) } as Record<
    JsonSchemaName,
    JsonSchema
  >;
}

type Draft = 'draft-2020-12' | 'draft-7';

/** The JSON Schema of what an outsider writes: what has a default may be left out. */
export function writtenSchema(schema: z.ZodType, target: Draft): JsonSchema {
  return z.toJSONSchema(schema, { target, io: 'input' });
}

/** The JSON Schema of what an outsider reads: every field is there, and there may be more than are known today. */
export function readSchema(schema: z.ZodType, target: Draft): JsonSchema {
  return z.toJSONSchema(schema, {
    target,
    io: 'output',
    override: ({ jsonSchema }) => {
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
    },
  });
}

function documented(
  shapes: Readonly<Record<string, readonly [schema: z.ZodType, description: string]>>,
  generate: typeof readSchema,
): Record<string, JsonSchema> {
  return Object.fromEntries(
    Object.entries(shapes).map(([name, [schema, description]]) => [
      name,
      { $id: `urn:floopy:schema:${name}:v1`, title: name, description, ...generate(schema, 'draft-2020-12') },
    ]),
  );
}
