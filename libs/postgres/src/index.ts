export { type ApiKeyGrant, findApiKey } from './api-keys/find-api-key';
export { listApiKeys, type ListedApiKey } from './api-keys/list-api-keys';
export { revokeApiKey } from './api-keys/revoke-api-key';
export { type ApiKeyRecord, saveApiKey } from './api-keys/save-api-key';
export { createPool, type DatabasePool, type DatabaseRole, type PoolOptions } from './connection/pool';
export { type Queries, queriesOf, type Statement } from './connection/queries';
export { CommitOutcomeUnknown, inTransaction, type Transaction } from './connection/transaction';
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
export { migrate } from './migrations/migrate';
export { createOrganization, type OrganizationCreation } from './organization/create-organization';
export { findOrganizationKey } from './organization/find-organization-key';
export { inOrganization } from './organization/in-organization';
export { listOrganizations, type ListedOrganization } from './organization/list-organizations';
export { listRateCards, type RateCardSummary } from './pricing/list-rate-cards';
export { PriceBookMemory } from './pricing/price-book-memory';
export { createPublishingStore } from './pricing/publishing-store';
export { type PublishedPriceBook, readPriceBook } from './pricing/read-price-book';
export { readRateCards } from './pricing/read-rate-cards';
export { readRateOverrides } from './pricing/read-rate-overrides';
export { claimPartition, type PartitionClaim } from './usage/claim-partition';
export { haltPartition } from './usage/halt-partition';
export { createIngestStore, INGEST_SETTINGS } from './usage/ingest-store';
export { recordDigest } from './usage/record-digest';
