export { createAdmissionSource } from './admission/admission-source';
export { AdmissionTermsMemory } from './admission/admission-terms-memory';
export { claimHeldOrganization } from './admission/claim-held-organization';
export { createHoldOwnership, type HoldOwnership } from './admission/hold-ownership';
export { listHoldingOrganizations } from './admission/list-holding-organizations';
export { type HoldOwner, readHoldOwner } from './admission/read-hold-owner';
export { readOutsideReleases } from './admission/read-outside-releases';
export { releaseFromOutside } from './admission/release-from-outside';
export { readHoldTraces } from './admission/read-hold-traces';
export { sweepHolds } from './admission/sweep-holds';
export { createAdjustmentStore } from './adjustments/adjustment-store';
export { type AlertChoicesStore, createAlertChoicesStore } from './alerts/alert-choices-store';
export { createAlertRelayStore } from './alerts/alert-relay-store';
export { createAlertStore } from './alerts/alert-store';
export { createDeliveryStore } from './alerts/delivery-store';
export type { JudgingLimits } from './alerts/due-alerts';
export { findAlertSettings } from './alerts/find-alert-settings';
export { readAlertEndpoints, type ShownEndpoint } from './alerts/read-alert-endpoints';
export {
  type AlertPlace,
  type AlertsPage,
  readAlertsPage,
  type ShownAlert,
  type ShownDelivery,
} from './alerts/read-alerts-page';
export { saveAlertEndpoint } from './alerts/save-alert-endpoint';
export { saveAlertSettings } from './alerts/save-alert-settings';
export { type ApiKeyGrant, findApiKey } from './api-keys/find-api-key';
export { listApiKeys, type ListedApiKey } from './api-keys/list-api-keys';
export { revokeApiKey } from './api-keys/revoke-api-key';
export { type ApiKeyRecord, saveApiKey } from './api-keys/save-api-key';
export { createAuditStore } from './audit/audit-store';
export { type ActFilter, listActs, type ListedAct } from './audit/list-acts';
export { readBalanceAt } from './balance/read-balance-at';
export {
  type BalanceQuestion,
  type CurrentBalance,
  type HoldTraces,
  readCurrentBalance,
  readCurrentBalances,
} from './balance/read-current-balances';
export { createCorrectionStore } from './corrections/correction-store';
export { readCorrections } from './corrections/read-corrections';
export { listRepricePlans } from './corrections/list-reprice-plans';
export { readRepricePlan, saveRepricePlan } from './corrections/reprice-plans';
export { createRepriceReads, createRepriceStore } from './corrections/reprice-store';
export { inOneSnapshot } from './connection/in-one-snapshot';
export { isUnavailable } from './connection/is-unavailable';
export { ping } from './connection/ping';
export { createPool, type DatabasePool, type DatabaseRole, type PoolOptions } from './connection/pool';
export { type Queries, queriesOf, type Statement } from './connection/queries';
export { CommitOutcomeUnknown, inTransaction, type Transaction } from './connection/transaction';
export { countDeadLetters, type DeadLetterCount } from './dead-letters/count-dead-letters';
export { createDeadLetterRelayStore } from './dead-letters/dead-letter-relay-store';
export { createLetterRehearsal, createLetterStore } from './dead-letters/letter-store';
export { type DeadLetterFilter, type ListedDeadLetter, listDeadLetters } from './dead-letters/list-dead-letters';
export { type DeadLetterHistory, readDeadLetter, type ShownDeadLetter } from './dead-letters/read-dead-letter';
export type { ModelOfRecord } from './dead-letters/read-parked-days';
export { findPositionAt } from './ledger/find-position-at';
export { findPositionOfUsage } from './ledger/find-position-of-usage';
export { readAnchoredHeads } from './ledger/read-anchored-heads';
export {
  labelKeysOf,
  type LabelText,
  LEDGER_COLUMNS,
  mapLedgerRow,
  type StoredLedgerEvent,
  type StoredLedgerRow,
} from './ledger/map-ledger-row';
export { LabelTextMemory, readLabelTexts } from './ledger/read-label-texts';
export { type LedgerRange, mapLedgerRows, readLedgerEvents } from './ledger/read-ledger-events';
export { readLedgerPage } from './ledger/read-ledger-page';
export { readStreamEnd, type StreamEnd } from './ledger/read-stream-end';
export { beginIncarnation, type BegunIncarnation } from './ledger/begin-incarnation';
export { findStandings } from './ledger/find-standings';
export { readIncarnation } from './ledger/read-incarnation';
export { readEntriesNow, readRelayPositions } from './ledger/read-relay-positions';
export { createRelayStore, type RelayLimits } from './ledger/relay-store';
export { inLedgerSnapshot } from './ledger/stream-ledger';
export { isMigrated } from './migrations/is-migrated';
export { migrate } from './migrations/migrate';
export { countPeriodRequests } from './monthly-usage/count-period-requests';
export { countRequests } from './monthly-usage/count-requests';
export { readMonthlyUsage } from './monthly-usage/read-monthly-usage';
export { createOrganization, type OrganizationCreation } from './organization/create-organization';
export { findOrganizationKey } from './organization/find-organization-key';
export { inOrganization, readOnceInOrganization } from './organization/in-organization';
export { listOrganizations, type ListedOrganization } from './organization/list-organizations';
export { readOrganization, type StoredOrganization } from './organization/read-organization';
export { readTerms } from './organization/read-terms';
export { type HeldTerms, TermsMemory } from './organization/terms-memory';
export { createTermsStore } from './organization/terms-store';
export { countOverage } from './overage/count-overage';
export { readCarriedOverage } from './overage/read-carried-overage';
export { readPeriodOverage } from './overage/read-period-overage';
export { listPlans, type PlanSummary } from './plans/list-plans';
export { createPlanStore } from './plans/plan-store';
export { readPlans } from './plans/read-plans';
export { listRateCards, type RateCardSummary } from './pricing/list-rate-cards';
export { PriceBookMemory } from './pricing/price-book-memory';
export { createPublishingStore } from './pricing/publishing-store';
export { RateCardMemory } from './pricing/rate-card-memory';
export { type PublishedPriceBook, readPriceBook } from './pricing/read-price-book';
export { readRateCards } from './pricing/read-rate-cards';
export { readRateOverrides } from './pricing/read-rate-overrides';
export { inProofSnapshot } from './replay/in-proof-snapshot';
export { createRebuildStore } from './rebuild/rebuild-store';
export { readPassedRecords } from './replay/read-passed-records';
export { readReplayStatus, type ReplayStatus, type ReplayStep } from './replay/read-replay-status';
export { createSettlingRehearsal } from './replay/rehearse-settling';
export { listReplayPlans, type PlanMaking, readReplayPlan, saveReplayPlan } from './replay/replay-plans';
export { createReplayRuns, endReplay } from './replay/replay-runs';
export { readTopicPartitions } from './replay/read-topic-partitions';
export { readRequest } from './requests/read-request';
export {
  type LogPlace,
  MAX_ROWS_SCANNED,
  readRequestLog,
  type RequestLogFilter,
  type RequestLogPage,
  type RequestLogQuery,
} from './requests/read-request-log';
export { readHourlySpend } from './spend/read-hourly-spend';
export {
  MAX_SPEND_GROUPS,
  readSpend,
  type Spend,
  SPEND_DIMENSIONS,
  type SpendDimension,
  type SpendGroup,
} from './spend/read-spend';
export { readTeamSpend } from './spend/read-team-spend';
export { createSpendFollowerStore, type SpendFollowerLimits } from './spend/spend-follower-store';
export { SpentHoursMemory } from './spend/spent-hours-memory';
export { type BalanceThen, readBalancesThen, sumLedgers } from './statements/read-balances-then';
export { readStatement } from './statements/read-statement';
export { claimPartition, type PartitionClaim } from './usage/claim-partition';
export { findParkedUsage, type ParkedUsage } from './usage/find-parked-usage';
export { haltPartition } from './usage/halt-partition';
export { type ListedPartition, listPartitions } from './usage/list-partitions';
export { resumePartition } from './usage/resume-partition';
export { createIngestStore, INGEST_SETTINGS } from './usage/ingest-store';
export { type PartitionProgress, readPartitionProgress } from './usage/read-partition-progress';
export { createRedriveStore, createRehearsalStore } from './usage/redrive-store';
export { recordDigest } from './usage/record-digest';
export { countOrganizations } from './reconciliation/count-organizations';
export { createReconcileStore } from './reconciliation/reconcile-store';
