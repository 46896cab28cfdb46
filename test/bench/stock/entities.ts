import { Column, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';

/** The tables of the product, as entities: the same schema, the same indexes. */

@Entity('organization')
export class Organization {
  @PrimaryGeneratedColumn({ name: 'organization_key' }) organizationKey!: number;
  @Column('text', { name: 'organization_id' }) organizationId!: string;
  @Column('int', { name: 'markup_basis_points', nullable: true }) markupBasisPoints!: number | null;
}

@Entity('organization_head')
export class OrganizationHead {
  @PrimaryColumn('int', { name: 'organization_key' }) organizationKey!: number;
  @Column('bigint') sequence!: string;
  @Column('numeric') balance!: string;
  @Column('bytea') hash!: Buffer;
  @Column('timestamptz', { name: 'recorded_at' }) recordedAt!: Date;
}

@Entity('label')
export class Label {
  @PrimaryColumn('int', { name: 'organization_key' }) organizationKey!: number;
  @PrimaryGeneratedColumn({ name: 'label_key' }) labelKey!: number;
  @Column('smallint') kind!: number;
  @Column('text') value!: string;
}

@Entity('ingest_partition')
export class IngestPartition {
  @PrimaryGeneratedColumn({ name: 'partition_key' }) partitionKey!: number;
  @Column('text') topic!: string;
  @Column('int') partition!: number;
  @Column('bigint', { name: 'next_offset' }) nextOffset!: string;
  @Column('bigint') applied!: string;
  @Column('bigint') duplicates!: string;
}

@Entity('ledger_event')
export class LedgerEventRow {
  @PrimaryColumn('int', { name: 'organization_key' }) organizationKey!: number;
  @PrimaryColumn('bigint') sequence!: string;
  @Column('timestamptz', { name: 'occurred_at' }) occurredAt!: Date;
  @Column('timestamptz', { name: 'recorded_at' }) recordedAt!: Date;
  @Column('int', { name: 'source_key', nullable: true }) sourceKey!: number | null;
  @Column('int', { name: 'provider_key', nullable: true }) providerKey!: number | null;
  @Column('int', { name: 'model_key', nullable: true }) modelKey!: number | null;
  @Column('int', { name: 'team_key', nullable: true }) teamKey!: number | null;
  @Column('int', { name: 'api_key_key', nullable: true }) apiKeyKey!: number | null;
  @Column('int', { name: 'prompt_key', nullable: true }) promptKey!: number | null;
  @Column('int', { name: 'user_key', nullable: true }) userKey!: number | null;
  @Column('int', { name: 'input_tokens', nullable: true }) inputTokens!: number | null;
  @Column('int', { name: 'cache_read_tokens', nullable: true }) cacheReadTokens!: number | null;
  @Column('int', { name: 'output_tokens', nullable: true }) outputTokens!: number | null;
  @Column('int', { name: 'rate_card_version', nullable: true }) rateCardVersion!: number | null;
  @Column('smallint', { name: 'partition_key', nullable: true }) partitionKey!: number | null;
  @Column('smallint') type!: number;
  @Column('smallint', { name: 'cause_kind' }) causeKind!: number;
  @Column('smallint', { name: 'service_tier', nullable: true }) serviceTier!: number | null;
  @Column('smallint', { nullable: true }) outcome!: number | null;
  @Column('smallint', { nullable: true }) credential!: number | null;
  @Column('bool', { name: 'cache_hit', nullable: true }) cacheHit!: boolean | null;
  @Column('bool', { nullable: true }) counted!: boolean | null;
  @Column('uuid', { nullable: true }) identity!: string | null;
  @Column('uuid', { nullable: true }) content!: string | null;
  @Column('numeric') amount!: string;
  @Column('numeric', { name: 'balance_after' }) balanceAfter!: string;
  @Column('bytea') hash!: Buffer;
  @Column('text', { name: 'cause_id' }) causeId!: string;
  @Column('text', { name: 'request_id', nullable: true }) requestId!: string | null;
  @Column('text', { name: 'attempt_id', nullable: true }) attemptId!: string | null;
  @Column('text', { name: 'session_id', nullable: true }) sessionId!: string | null;
}
