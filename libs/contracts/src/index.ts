export { type AlertMessage, alertMessageSchema, alertWebhookSchema } from './alerts/alert-message-schema';
export { encodeAlert, type EncodedAlert, encodeAlertRecord } from './alerts/encode-alert';
export { type BalanceMessage, balanceMessageSchema, type CountedRequests } from './balance/balance-message-schema';
export { encodeBalanceMessage, encodeCountedRequests, type PositionedBalance } from './balance/encode-balance-message';
export { type DeadLetter, encodeDeadLetter, type EncodedDeadLetter } from './dead-letters/encode-dead-letter';
export { cloudEventOf, decodeKeptRecord, encodeCorrection, type KeptRecord } from './dead-letters/kept-record';
export { asyncApiDocument } from './documents/async-api-document';
export { type JsonSchema, type JsonSchemaName, jsonSchemas } from './documents/json-schemas';
export {
  type AdmissionBody,
  admissionBodySchema,
  type DecodedAdmission,
  decodeAdmissionBody,
  MOST_FALLBACKS,
} from './http/admission-body';
export {
  encodeHold,
  encodeHoldsView,
  type HoldsReading,
  type HoldsView,
  holdsViewSchema,
} from './http/admission-holds-view';
export { encodeAdmissionRefusal } from './http/admission-refusal';
export {
  type AdmissionReleaseView,
  admissionReleaseViewSchema,
  encodeAdmissionRelease,
} from './http/admission-release-view';
export {
  type AdmissionView,
  admissionViewSchema,
  type AdmissionWatermark,
  encodeAdmission,
  type GrantedAdmission,
} from './http/admission-view';
export {
  ALERT_ENDPOINT_KINDS,
  type AlertEndpointReading,
  type AlertEndpointsView,
  alertEndpointsViewSchema,
  type AlertEndpointView,
  alertEndpointViewSchema,
  encodeAddedEndpoint,
  encodeAlertEndpoints,
} from './http/alert-endpoints-view';
export {
  type AlertSettingsView,
  alertSettingsViewSchema,
  decodeAlertSettings,
  type DecodedAlertSettings,
  encodeAlertSettings,
  encodeAlertSettingsFaults,
} from './http/alert-settings-view';
export {
  type AlertReading,
  type AlertsView,
  alertsViewSchema,
  type AlertView,
  alertViewSchema,
  encodeAlertView,
} from './http/alerts-view';
export { type AuditView, auditViewSchema, encodeAuditView } from './http/audit-view';
export { type BalanceReading, type BalanceView, balanceViewSchema, encodeBalanceView } from './http/balance-view';
export {
  type BillingPeriodsReading,
  type BillingPeriodsView,
  billingPeriodsViewSchema,
  encodeBillingPeriodsView,
} from './http/billing-periods-view';
export {
  DEAD_LETTER_STATUSES,
  type DeadLetterDiscardView,
  deadLetterDiscardViewSchema,
  type DeadLetterRedriveView,
  deadLetterRedriveViewSchema,
  encodeRedriveView,
  type RedriveReading,
} from './http/dead-letter-acts-view';
export {
  type DeadLetterReading,
  type DeadLetterView,
  deadLetterViewSchema,
  encodeDeadLetterView,
} from './http/dead-letter-view';
export {
  type DeadLetterLine,
  type DeadLettersView,
  deadLettersViewSchema,
  encodeDeadLettersView,
  type ListedLetter,
} from './http/dead-letters-view';
export { encodeFailurePolicy, type FailurePolicyView, failurePolicySchema } from './http/failure-policy';
export { type LedgerPage, ledgerPageSchema } from './http/ledger-page';
export { encodeLoggedRequest, type LoggedRequest, type RequestLog, requestLogSchema } from './http/logged-request';
export {
  encodeUsedPeriods,
  type MonthlyUsageView,
  monthlyUsageViewSchema,
  type UsedPeriod,
} from './http/monthly-usage-view';
export {
  encodeMembersView,
  encodeOrganizationView,
  encodeTeamsView,
  type MembersView,
  membersViewSchema,
  type OrganizationReading,
  type OrganizationView,
  organizationViewSchema,
  type TeamsView,
  teamsViewSchema,
  type TermsReading,
} from './http/organization-view';
export { encodeOverageView, type OverageReading, type OverageView, overageViewSchema } from './http/overage-view';
export { encodePlanView, type PlanReading, type PlanTerms, type PlanView, planViewSchema } from './http/plan-view';
export {
  encodeProblem,
  type Problem,
  PROBLEM_MEDIA_TYPE,
  type ProblemCode,
  type ProblemParticulars,
  PROBLEMS,
  problemSchema,
} from './http/problem';
export { encodeOrganizationSums, encodeRepriceSums, missingRateText, type OrganizationSums } from './http/reprice-sums';
export {
  encodeRepricesView,
  encodeRepriceView,
  type RepricesView,
  repricesViewSchema,
  type RepriceView,
  repriceViewSchema,
} from './http/reprice-view';
export { encodeReversalView, type ReversalView, reversalViewSchema } from './http/reversal-view';
export {
  encodeReceipt,
  type ReceiptView,
  receiptViewSchema,
  type RequestReceipts,
  requestReceiptsSchema,
} from './http/receipt-view';
export { SPEND_DIMENSIONS, type SpendDimension, type SpendView, spendViewSchema } from './http/spend-view';
export { encodeStatement, type StatementView, statementViewSchema } from './http/statement-view';
export {
  encodeTeamBudgetsView,
  encodeTeamBudgetView,
  type TeamBudgetLine,
  type TeamBudgetsReading,
  type TeamBudgetsView,
  teamBudgetsViewSchema,
  type TeamBudgetView,
  teamBudgetViewSchema,
} from './http/team-budgets-view';
export { type UsageEventFate, usageEventFateSchema } from './http/usage-event-fate';
export { encodeWatermark, type Watermark, type WatermarkView, watermarkSchema } from './http/watermark';
export { type DecodedLedgerMessage, decodeLedgerMessage } from './ledger/decode-ledger-message';
export { encodeLedgerLine, encodeLedgerMessage } from './ledger/encode-ledger-message';
export { encodeLedgerEntry, type LedgerEntry, ledgerEntrySchema } from './ledger/ledger-entry';
export { type LedgerMessage, ledgerMessageSchema } from './ledger/ledger-message-schema';
export { decodePlanFile, encodePlanFile, planFileSchema } from './plans/plan-file';
export type { RejectedFile } from './pricing/file-fault';
export type { GenaiProvider } from './pricing/genai-catalogue';
export {
  type ImportedPrices,
  importGenaiPrices,
  type NotImported,
  type NotImportedReason,
} from './pricing/import-genai-prices';
export { KNOWN_SNAPSHOTS, type SnapshotNames } from './pricing/known-snapshots';
export { decodeRateCardFile, encodeRateCardFile, rateCardFileSchema } from './pricing/rate-card-file';
export { decodeRateOverrideFile, encodeRateOverrideFile, rateOverrideFileSchema } from './pricing/rate-override-file';
export { partitionsHolding } from './topics/partitions-holding';
export { type TopicDeclaration, type TopicName, TOPICS } from './topics/topics';
export {
  type DecodedUsage,
  decodeUsageEvent,
  MAX_USAGE_EVENT_BYTES,
  type UsageFault,
} from './usage/decode-usage-event';
export { type CloudEventMode, encodeUsageEvent, encodeUsageVoid } from './usage/encode-usage-event';
export {
  MAX_METADATA_BYTES,
  MAX_TOKEN_COUNT,
  USAGE_EVENT_TYPE,
  type UsageEventInput,
} from './usage/usage-event-schema';
export { USAGE_VOIDED_TYPE, type UsageVoidInput } from './usage/usage-void-schema';
export { type EncodedRecord, type HeaderValue, type RecordHeaders, type UsageRecord } from './usage/usage-record';
export {
  CLOUD_EVENTS_VERSION,
  type CloudEventContext,
  cloudEventHeaders,
  INCARNATION_HEADER,
} from './wire/cloud-event-headers';
export { isPlainReason, LONGEST_REASON } from './wire/plain-reason';
export { amountIn, amountText } from './wire/wire-schemas';
export { MAX_FAULTS, type WireFault } from './wire/wire-fault';
