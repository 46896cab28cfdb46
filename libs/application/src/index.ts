export type { AdmitPorts, KnownTerms } from './admission/admission-ports';
export { admitRequest, type AdmitOutcome } from './admission/admit-request';
export {
  type AdmissionExplanation,
  explainAdmission,
  type HeldFigures,
  type SupposedRequest,
} from './admission/explain-admission';
export { followLedger, type FollowPorts } from './admission/follow-ledger';
export { FollowedOrganizations } from './admission/followed-organizations';
export { GroupedCalls } from './admission/grouped-calls';
export { heldAt, type HeldPlace, type HeldThen } from './admission/held-at';
export { bringOrganization, type JoinPorts } from './admission/join-organization';
export { releaseHold } from './admission/release-hold';
export type { AdmissionSource, FollowedPosition } from './admission/admission-source';
export type { HoldClosing, HoldJournal, JournaledHold, JournalEntryFate } from './admission/hold-journal';
export { type MemoryAdmissionOptions, MemoryAdmissionStore } from './admission/memory-admission-store';
export type {
  AdmissionStore,
  HeldSummary,
  LedgerStretch,
  OrganizationSnapshot,
  ReleaseAnswer,
  ReleasedKey,
  SettleAnswer,
  StoreAnswer,
} from './admission/admission-store';
export {
  addAlertEndpoint,
  type AddAlertEndpointPorts,
  type AlertEndpoint,
  type AlertEndpointOutcome,
  type AlertEndpointRequest,
  MOST_ALERT_ENDPOINTS,
} from './alerts/add-alert-endpoint';
export {
  type AlertSettingsChange,
  changeAlertSettings,
  type ChangeAlertSettingsPorts,
} from './alerts/change-alert-settings';
export { sendTestAlert, type SendTestAlertPorts, type TestOutcome } from './alerts/send-test-alert';
export {
  AlertDeliveries,
  type AlertReceiver,
  type AlertSenders,
  DELIVERY_LANES,
  type DeliverPorts,
  type DeliveryLane,
  type DeliveryLimits,
  type DeliveryStore,
  type DeliveryTally,
  type DueDeliveries,
  type DueDelivery,
  type NotedDecision,
  type ReceiverType,
} from './alerts/deliver-alerts';
export { type AlertRelayPorts, type AlertRound, relayAlerts } from './alerts/relay-alerts';
export {
  type AlertSubject,
  type DueSubjects,
  type JudgingRound,
  raiseAlerts,
  type RaisedAlerts,
  type RaisePorts,
  type ToldAlerts,
} from './alerts/raise-alerts';
export type { MailSender, OutgoingAlert, SendingOutcome, WebhookReceiver, WebhookSender } from './alerts/alert-sender';
export {
  API_KEY_SCOPES,
  type ApiKeyRequest,
  type ApiKeyScope,
  issueApiKey,
  type IssueApiKeyPorts,
  type IssuedApiKey,
} from './api-keys/issue-api-key';
export { permits } from './api-keys/permits';
export { type ActOutcome, auditAct, type AuditPorts, describeOutcome, type OperatorAct } from './audit/audit-act';
export { type BudgetLine, budgetLines, type TeamUse } from './budgets/budget-lines';
export type {
  Correction,
  DeadLetterSelection,
  LetterPorts,
  LetterStore,
  LetterTransaction,
  LockedLetter,
  Operator,
} from './dead-letters/letter-store';
export { discardLetters, type DiscardTally } from './dead-letters/discard-letters';
export { fixLetter, type FixOutcome, type FixRequest } from './dead-letters/fix-letter';
export { redriveLetters, type RedriveLettersPorts, type RedriveTally } from './dead-letters/redrive-letters';
export {
  type DeadLetterRelayPorts,
  type DeadLetterRound,
  type KeptDeadLetter,
  relayDeadLetters,
} from './dead-letters/relay-dead-letters';
export type { CorrectingStream, CorrectionTransaction, PostedCorrections } from './corrections/correction-store';
export { applyReprice, type ApplyRepricePorts } from './corrections/apply-reprice';
export { type ExplainedCorrection, explainCorrections } from './corrections/explain-corrections';
export {
  planReprice,
  type PlanRepricePorts,
  type RepricePlanning,
  type RepriceRequest,
} from './corrections/plan-reprice';
export type {
  ChargeStretch,
  ListedReprice,
  OrganizationReprice,
  PlannedOrganization,
  RepricePlan,
  RepriceProgress,
  RepriceReads,
  RepriceStep,
} from './corrections/reprice-ports';
export {
  type ReversalOutcome,
  type ReversalPorts,
  type ReversalRequest,
  type ReversalTransaction,
  reverseCharge,
} from './corrections/reverse-charge';
export {
  adjustBalance,
  type AdjustmentOutcome,
  type AdjustmentPorts,
  type AdjustmentRequest,
  type AdjustmentTransaction,
  type PriorEntry,
} from './ledger/adjust-balance';
export { explainCharge, type ExplainedCharge } from './ledger/explain-charge';
export {
  type RelayCheckpoint,
  type RelayedBalance,
  relayLedger,
  type RelayPorts,
  type RelayRound,
  type StreamBehind,
} from './ledger/relay-ledger';
export { type Verification, verifyLedger, type VerifyPorts } from './ledger/verify-ledger';
export type { EntryNow, RelayedPlace, RelayedRecord, VerifyRelayPorts } from './ledger/verify-relay';
export type { VerifyUsageLogPorts } from './ledger/verify-usage-log';
export { type EntryStanding, findLostEntries, type LostEntries, type ToldEntry } from './ledger/find-lost-entries';
export { MAX_LISTED_MISMATCHES, type Mismatch, type MismatchKind } from './ledger/verify-mismatch';
export { PUBLICATION_GRACE_MS, type RepricedUsage, Repricing } from './ledger/verify-receipt';
export type {
  Guard,
  LedgerPart,
  LedgerSnapshot,
  PublishedOverride,
  PublishedPrices,
  RecordedOverage,
  RecordedPartition,
  RecordedSpend,
  RecordedStream,
  RecordedTeamSpend,
  RecordedTerms,
  Repetition,
  StoredContent,
  StoredCorrections,
  StoredEntry,
  StoredPlan,
  UnreadableEntry,
  UnreadableRecord,
  UnsoundLetter,
} from './ledger/verify-sources';
export {
  type AlikeEvents,
  type CutStretch,
  type FoldedStretch,
  type LockedView,
  type PendingOrganization,
  type Projection,
  PROJECTIONS,
  type RebuildRequest,
  type RebuildRun,
  type RebuildStore,
  type RebuildView,
  type ReplacedProjections,
  type StreamReach,
} from './rebuild/rebuild-ports';
export { type Rebuilding, rebuildProjections } from './rebuild/rebuild-projections';
export {
  changeTerms,
  type ChangeOutcome,
  type ChangeTermsPorts,
  type TermsChangeRequest,
} from './organization/change-terms';
export {
  type OrganizationRegistration,
  registerOrganization,
  type RegisterOrganizationPorts,
  type RegistrationOutcome,
} from './organization/register-organization';
export type { LockedPosition, TermsStore, TermsTransaction } from './organization/terms-store';
export { type PlanStanding, planStanding } from './plans/plan-standing';
export {
  type PlanPublishingTransaction,
  type PlansRequest,
  type PublishedPlan,
  type PublishedPlans,
  publishPlans,
  type PublishPlansPorts,
  type RefusedPlan,
} from './plans/publish-plans';
export { publishRateCard, type PublishedRateCard, type RateCardRequest } from './pricing/publish-rate-card';
export {
  publishRateOverride,
  type PublishedRateOverride,
  type RateOverrideRequest,
} from './pricing/publish-rate-override';
export type { Publication, PublishingPorts, PublishingTransaction } from './pricing/publishing-store';
export {
  type AppliedReplay,
  applyReplay,
  type ApplyPorts,
  type FileReading,
  type FileStretch,
  type ReplayProgress,
  type ReplayRuns,
  type ReplayState,
} from './replay/apply-replay';
export {
  type AskedOffsets,
  type OffsetRange,
  type PartitionStanding,
  readableOffsets,
  type ReadableOffsets,
} from './replay/offset-ranges';
export { type Difference, type DifferenceKind, MAX_LISTED_DIFFERENCES } from './replay/proof-differences';
export type {
  CountedBefore,
  CountedPlace,
  EntryOfRecord,
  EntryPlace,
  KeptDecision,
  KnownRecords,
  ProofSnapshot,
  ProvenOrganization,
  ProvenPartition,
  ReadRecords,
  ReadStretch,
} from './replay/proof-sources';
export { type PassedRecords, planLetters, planLog, type PlanPorts, planRecords } from './replay/plan-replay';
export {
  type DraftedPlan,
  type FileSource,
  type PlannedOutcome,
  type PlannedRecords,
  type ReplayPlan,
  type ReplaySource,
  type UsageFileFormat,
} from './replay/replay-plan';
export { type Proof, type ProofSubject, type ProvenRange, type ProvePorts, proveReplay } from './replay/prove-replay';
export {
  type AddedSpend,
  followSpend,
  type FollowSpendPorts,
  type SpendBehind,
  type SpendRound,
} from './spend/follow-spend';
export {
  type BatchRecord,
  type Ingested,
  type IngestOutcome,
  type IngestPorts,
  ingestUsage,
  type IngestTransaction,
  type LockedPartitions,
  type PartitionPlace,
  type RawRecord,
  type TakenBatch,
  type UsageBatch,
} from './usage/ingest-usage';
export {
  type LetterFate,
  type LockedLetters,
  type OpenLetter,
  type Redriven,
  type RedrivenLetter,
  type RedrivePorts,
  type RedriveTransaction,
  redriveUsage,
} from './usage/redrive-usage';
export type { SettlingTransaction, UserReferences } from './usage/settle-under-locks';
export {
  checkStanding,
  type Outbox,
  type Standing,
  type StandingPorts,
  type UnreadRecords,
} from './reconciliation/check-standing';
export {
  type LedgerSlice,
  SlicedVerification,
  type SlicePorts,
  type VerifiedSlice,
} from './reconciliation/verify-in-slices';
