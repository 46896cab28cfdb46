export { AdmissionBook, type AdmissionDecision, type AdmissionQuestion } from './admission/admission-book';
export {
  type AdmissionLimits,
  admissionLimits,
  type AdmissionRequest,
  type AdmissionTerms,
} from './admission/admission-limits';
export { boundCost, type CostBound, type IntendedRequest, type ModelName } from './admission/bound-cost';
export {
  type AdmissionRefusal,
  type AdmissionRemainder,
  admissionRemainder,
  type AdmissionStanding,
  type AdmissionVerdict,
  decideAdmission,
} from './admission/decide-admission';
export { expiryOf, type Hold, HOLD_ENDINGS, type HoldEnding, type HoldKey, holdKeyText } from './admission/hold';
export { HoldBook } from './admission/hold-book';
export { addLeaked, type LeakedHolds, MOST_LEAKED_LISTED, NOTHING_LEAKED } from './admission/leaked-holds';
export {
  addOvershoot,
  NO_OVERSHOOT,
  type Overshoot,
  OVERSHOOT_CAUSES,
  type OvershootCause,
  standingExcess,
} from './admission/overshoot';
export type {
  AdmissionSnapshot,
  PeriodUse,
  SettledHold,
  SettlementBatch,
  SettlementOutcome,
  SettlingEntry,
} from './admission/settlement';
export {
  type AlertSettings,
  type AlertSettingsFault,
  DEFAULT_ALERT_SETTINGS,
  MOST_DEAD_LETTERS,
  MOST_THRESHOLDS,
  validateAlertSettings,
} from './alerts/alert-settings';
export {
  ALERT_KINDS,
  type AlertEvaluation,
  alertKey,
  type AlertKind,
  type AlertMeasure,
  evaluateAlerts,
  type FiredAlert,
} from './alerts/evaluate-alerts';
export { type AlertSpending, type AlertStanding, measureAlerts, type ParkedDay } from './alerts/measure-alerts';
export {
  type AttemptEnding,
  decideDelivery,
  type DeliveryAttempt,
  type DeliveryDecision,
  RETRY_WAITS_MS,
} from './alerts/decide-delivery';
export {
  type AlertFigures,
  type AlertOccasion,
  crossedAlert,
  disabledEndpointAlert,
  NOTICE_KINDS,
  type NoticeKind,
  type RecordedAlert,
  testAlert,
} from './alerts/recorded-alert';
export { assert, assertNever } from './assert';
export { canonicalField, canonicalNumber, type Sha256 } from './canonical-text';
export { type Balance, EMPTY_BALANCE, projectBalance } from './balance/project-balance';
export { budgetRemaining, type BudgetUse } from './budgets/budget-use';
export { projectTeamSpend, type TeamSpend, teamSpendKey } from './budgets/project-team-spend';
export { decideCorrection, type ParkedIdentity, reissuedIdentity } from './dead-letters/decide-correction';
export {
  type Charge,
  correctedCharges,
  correctedSequence,
  type CorrectedCharge,
  isCharge,
  type StandingCharge,
  standingCharge,
  statedIdentity,
} from './corrections/corrected-charge';
export { RepriceBook, type RepriceDecision, type RightPrices } from './corrections/decide-reprice';
export { decideReversal, type ReversalDecision, type ReversalRefusal } from './corrections/decide-reversal';
export { type OtherPrice, postReprice, postReversal, type Reversal } from './corrections/post-correction';
export { usageOfCharge } from './corrections/usage-of-charge';
export {
  type AppliedPrice,
  type Cause,
  type Correction,
  CORRECTION_KINDS,
  type CorrectionKind,
  LEDGER_TYPES,
  type LedgerEvent,
  type LedgerHash,
  type LedgerType,
  type PostedUsage,
  type StreamHead,
  type VoidingEvent,
} from './ledger/ledger-event';
export {
  encodeLedgerEvent,
  GENESIS_HASH,
  hashLedgerEvent,
  LEDGER_ENCODING,
  LEDGER_ENCODING_OF_CORRECTION,
  LEDGER_ENCODING_WITH_PLAN,
  type UnhashedLedgerEvent,
} from './ledger/hash-ledger-event';
export { ANCHOR_ENCODING, type AnchoredHead, type AnchorHash } from './ledger/anchor-ledger';
export { beginAnchor, extendAnchor, isAnchoredAfter } from './ledger/anchor-ledger';
export { type Adjustment, postAdjustment } from './ledger/post-adjustment';
export { emptyStream, headAfter, type LedgerFact, postOnStream, type Posting } from './ledger/post-on-stream';
export { postUsage, type PricedUsage, type UsageContext } from './ledger/post-usage';
export { addAmounts, addMarkup, type Amount, AMOUNT_DECIMALS, amountOfUnits, floorToCents } from './money/amount';
export { formatAmount, LARGEST_AMOUNT, multiplyAmount, negateAmount, parseAmount } from './money/amount';
export { subtractAmounts, UNITS_PER_CENT, ZERO_AMOUNT } from './money/amount';
export {
  type MonthlyUsage,
  monthlyUsageKey,
  originOfType,
  projectMonthlyUsage,
  type UsedEvent,
} from './monthly-usage/project-monthly-usage';
export {
  ANCHOR_NOTICE_MS,
  type ChangeContext,
  type ChangeDecision,
  type ChangeRefusal,
  type ChangeRequest,
  decideChange,
  featureNeeded,
} from './organization/decide-change';
export {
  ID_MAX_LENGTH,
  isIdentifier,
  type Organization,
  type OrganizationId,
  organizationIdOf,
} from './organization/organization';
export { type Actor, mayActAs, type Role, ROLES } from './organization/role';
export {
  inForceAt,
  isOverageOn,
  NO_TERMS,
  ORGANIZATION_STATUSES,
  type OrganizationStatus,
  projectTerms,
  type RecordedChange,
  statusAt,
  type Terms,
  type TermsChange,
} from './organization/terms';
export { forecastOverage, type OverageSoFar } from './overage/forecast-overage';
export { FREEZE_DELAY_MS, frozenAt, isLate } from './overage/freeze-period';
export {
  earlierPeriods,
  OpenPeriods,
  type PeriodCount,
  periodCountWithout,
  type PostingTerms,
} from './overage/open-periods';
export {
  type AppliedPlan,
  countsRequest,
  type PlacedAttempt,
  placeRequest,
  type PlacingTerms,
  REQUEST_STANDINGS,
  type RequestStanding,
} from './overage/place-request';
export {
  type CarriedOverage,
  carriedOverageKey,
  emptyOverage,
  type PeriodOverage,
  type PlacedEvent,
  projectCarriedOverage,
  projectOverage,
} from './overage/project-overage';
export { type CountedEvent, latestPeriodCount, projectPeriodCount } from './overage/project-period-count';
export { projectionCuts } from './overage/projection-cuts';
export { decidePlan, type PlanDecision, type PlanPublication } from './plans/decide-plan';
export { type AdmissionMode, type CountingRules, type FailurePolicy, ADMISSION_MODES } from './plans/plan';
export { hasFeature, type HoldTerms, type Plan, PLAN_FEATURES, type PlanDraft, type PlanFeature } from './plans/plan';
export { type PlanCatalogue, planCatalogueOf } from './plans/plan-catalogue';
export { type PlanContent, planInContent, planOf, readPlanContent, writePlanContent } from './plans/plan-content';
export { planAt, planInPeriod } from './plans/plan-in-period';
export { DEFAULT_PLAN_ID, SEEDED_PLANS } from './plans/seeded-plans';
export { LONGEST_HOLD_SECONDS, type PlanFault, type PlanFaultCode, validatePlan } from './plans/validate-plan';
export { type BackdatedChange, backdatedChanges } from './pricing/backdated-changes';
export { decideRateCard, type RateCardDecision } from './pricing/decide-rate-card';
export { decideRateOverride, type RateOverrideDecision } from './pricing/decide-rate-override';
export {
  type AliasChange,
  diffRateCards,
  type RateCardDiff,
  type RateChange,
  type RateName,
} from './pricing/diff-rate-cards';
export { type PriceBook, priceBookOf } from './pricing/price-book';
export { type MissingRate, priceUsage, type PricingOutcome } from './pricing/price-usage';
export {
  type ContextTier,
  contextTierFor,
  type ModelRates,
  newestInForce,
  type OverriddenPrice,
  type RateCard,
  type RateCardDraft,
  type RateOverride,
  type RateOverrideDraft,
} from './pricing/rate-card';
export {
  type RateCardContent,
  rateCardInContent,
  rateCardOf,
  readRateCardContent,
  writeRateCardContent,
} from './pricing/rate-card-content';
export {
  type RateOverrideContent,
  rateOverrideInContent,
  rateOverrideOf,
  readRateOverrideContent,
  writeRateOverrideContent,
} from './pricing/rate-override-content';
export { contextTierName, type Receipt, type ReceiptLine } from './pricing/receipt';
export { type Chargeable, TOKEN_CLASSES, type TokenClass, tokensOfClass } from './pricing/token-class';
export {
  LARGEST_UNIT_PRICE,
  type RateCardFault,
  type RateCardFaultCode,
  validateRateCard,
} from './pricing/validate-rate-card';
export { overridesWithoutRate, validateRateOverride } from './pricing/validate-rate-override';
export {
  BURN_WINDOW_MS,
  burnPerDay,
  type BurnRate,
  burnRateOf,
  burnRateSince,
  burnWindow,
  type CreditForecast,
  dayOfZero,
  daysLeft,
  forecastCredits,
} from './spend/burn-rate';
export { findSpike, type Spike, SPIKE_DAYS, type SpikeRule } from './spend/find-spike';
export { HOUR_MS, hourOf, type HourlySpend, projectHourlySpend } from './spend/project-hourly-spend';
export { countChange, type CountingEvent, type SpendingEvent } from './spend/spending-event';
export {
  drawStatement,
  type Statement,
  type StatementEnd,
  type StatementMovement,
  type StatementSum,
  type StatementUsage,
} from './statements/statement';
export { statementPeriod } from './statements/statement-period';
export { type BillingAnchor, type BillingPeriod, calendarMonthOf, periodHolding } from './time/billing-period';
export {
  formatInstant,
  type Instant,
  instantOfMilliseconds,
  type Interval,
  intervalHolds,
  intervalsOverlap,
  LATEST_INSTANT,
  parseInstant,
} from './time/instant';
export { DEAD_LETTER_REASONS, type DeadLetterReason, MAX_CLOCK_AHEAD_MS } from './usage/parked-usage';
export { type Credential, CREDENTIALS, isServed, type Origin, ORIGINS, type Outcome } from './usage/usage-event';
export { OUTCOMES, SERVICE_TIERS, type ServiceTier, tokenCountFault, type TokenCounts } from './usage/usage-event';
export { type UsageEvent } from './usage/usage-event';
export { canonicalTokens, contentDigest, type Digest, identityDigest } from './usage/usage-identity';
export type { AppliedUsage, ParkedRecord, SettledBatch } from './usage/settled-batch';
export { requestKey, type Settlement, settleUsage } from './usage/settle-usage';
export type { KnownUsage, OpenStream, SettlingBatch, SettlingTerms } from './usage/settling-terms';
export {
  type DecodedUsage,
  type Fault,
  type IdentifiedRecord,
  type IdentifiedUsage,
  identifyUsage,
  type IdentifiedVoid,
  type RejectedRecord,
  type RejectedUsage,
} from './usage/usage-record';
export { type UsageVoid, voidContentDigest } from './usage/usage-void';
