export { assert, assertNever } from './assert';
export { canonicalField, canonicalNumber, type Sha256 } from './canonical-text';
export { type Balance, EMPTY_BALANCE, projectBalance } from './balance/project-balance';
export {
  type AppliedPrice,
  type Cause,
  LEDGER_TYPES,
  type LedgerEvent,
  type LedgerHash,
  type LedgerType,
  type PostedUsage,
  type StreamHead,
} from './ledger/ledger-event';
export {
  encodeLedgerEvent,
  GENESIS_HASH,
  hashLedgerEvent,
  LEDGER_ENCODING,
  type UnhashedLedgerEvent,
} from './ledger/hash-ledger-event';
export { type Adjustment, postAdjustment } from './ledger/post-adjustment';
export { emptyStream, headAfter, type LedgerFact, postOnStream, type Posting } from './ledger/post-on-stream';
export { postUsage, type PricedUsage, type UsageContext } from './ledger/post-usage';
export {
  addAmounts,
  addMarkup,
  type Amount,
  AMOUNT_DECIMALS,
  amountOfUnits,
  floorToCents,
  formatAmount,
  LARGEST_AMOUNT,
  multiplyAmount,
  negateAmount,
  parseAmount,
  subtractAmounts,
  UNITS_PER_CENT,
  ZERO_AMOUNT,
} from './money/amount';
export { type MonthlyUsage, monthlyUsageKey, projectMonthlyUsage } from './monthly-usage/project-monthly-usage';
export { FREE_INCLUDED_REQUESTS } from './organization/allowance';
export {
  ID_MAX_LENGTH,
  isIdentifier,
  type Organization,
  type OrganizationId,
  organizationIdOf,
} from './organization/organization';
export { type PriceBook, priceBookOf } from './pricing/price-book';
export { type MissingRate, priceUsage, type PricingOutcome } from './pricing/price-usage';
export {
  type ContextTier,
  contextTierFor,
  type ModelRates,
  newestInForce,
  type OverriddenPrice,
  type RateCard,
  type RateOverride,
} from './pricing/rate-card';
export { contextTierName, type Receipt, type ReceiptLine } from './pricing/receipt';
export { TOKEN_CLASSES, type TokenClass, tokensOfClass } from './pricing/token-class';
export { type BillingPeriod, calendarMonthOf } from './time/billing-period';
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
export {
  type Credential,
  CREDENTIALS,
  isServed,
  type Origin,
  ORIGINS,
  type Outcome,
  OUTCOMES,
  SERVICE_TIERS,
  type ServiceTier,
  tokenCountFault,
  type TokenCounts,
  type UsageEvent,
} from './usage/usage-event';
export { canonicalTokens, contentDigest, type Digest, identityDigest } from './usage/usage-identity';
