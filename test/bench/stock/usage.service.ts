import {
  calendarMonthOf,
  contentDigest,
  formatAmount,
  identityDigest,
  instantOfMilliseconds,
  type LedgerEvent,
  negateAmount,
  organizationIdOf,
  parseAmount,
  postUsage,
  type PriceBook,
  priceUsage,
  type StreamHead,
  type UsageEvent,
  ZERO_AMOUNT,
} from '@floopy/domain';
import { sha256 } from '@floopy/runtime';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { IngestPartition, Label, LedgerEventRow, Organization, OrganizationHead } from './entities';

export const PRICE_BOOK = Symbol('PRICE_BOOK');

export interface KafkaPosition {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

const NAME = 1;
const USER = 2;
const TYPES = { gateway: 2, playground: 3 } as const;
const TIERS = { standard: 1, batch: 2, flex: 3, priority: 4 } as const;
const OUTCOMES = { succeeded: 1, client_aborted: 2, upstream_error: 3, blocked: 4 } as const;
const CREDENTIALS = { platform: 1, byok: 2 } as const;

/** One event, one transaction: the way of the documentation of Nest and TypeORM. */
@Injectable()
export class UsageService implements OnModuleInit {
  private readonly labelKeys = new Map<string, number>();

  constructor(
    private readonly dataSource: DataSource,
    @Inject(PRICE_BOOK) private readonly prices: PriceBook,
  ) {}

  /** Known names are read once, so that none is looked up again. */
  async onModuleInit(): Promise<void> {
    for (const label of await this.dataSource.manager.find(Label)) this.remember(label);
  }

  async record(event: UsageEvent, position: KafkaPosition): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const partition = await manager.findOneOrFail(IngestPartition, {
        where: { topic: position.topic, partition: position.partition },
        lock: { mode: 'pessimistic_write' },
      });
      if (position.offset < Number(partition.nextOffset)) return;
      const isApplied = await this.apply(manager, event, partition.partitionKey);
      await manager.update(
        IngestPartition,
        { partitionKey: partition.partitionKey },
        {
          nextOffset: String(position.offset + 1),
          applied: String(Number(partition.applied) + (isApplied ? 1 : 0)),
          duplicates: String(Number(partition.duplicates) + (isApplied ? 0 : 1)),
        },
      );
    });
  }

  /** @returns false when it was applied before. */
  private async apply(manager: EntityManager, event: UsageEvent, partitionKey: number): Promise<boolean> {
    const { organizationKey, markupBasisPoints } = await manager.findOneByOrFail(Organization, {
      organizationId: event.organizationId,
    });
    const head = await manager.findOneOrFail(OrganizationHead, {
      where: { organizationKey },
      lock: { mode: 'pessimistic_write' },
    });
    const identity = identityDigest(event, sha256);
    if (await manager.existsBy(LedgerEventRow, { organizationKey, identity })) return false;

    const priced = priceUsage(event, this.prices, markupBasisPoints ?? 0);
    if (priced.type === 'unpriced') throw new Error(`no rate for ${event.provider}/${event.model}`);
    const userKey = event.userId === null ? null : await this.labelKey(manager, organizationKey, USER, event.userId);
    const context = {
      contentDigest: contentDigest(event, sha256),
      userReference: userKey,
      requestAlreadyCounted: await isCounted(manager, organizationKey, event.requestId),
      plan: null,
      ingestPartition: partitionKey,
      recordedAt: instantOfMilliseconds(Math.max(Date.now(), head.recordedAt.getTime())),
    };
    const { event: posted } = postUsage(streamHead(event, head), event, priced, context, sha256);
    await manager.insert(LedgerEventRow, await this.row(manager, organizationKey, event, posted, identity));
    await manager.update(
      OrganizationHead,
      { organizationKey },
      {
        sequence: String(posted.sequence),
        balance: formatAmount(posted.balanceAfter),
        hash: Buffer.from(posted.hash, 'hex'),
        recordedAt: new Date(posted.recordedAt),
      },
    );
    await addToMonth(manager, organizationKey, posted);
    return true;
  }

  private async row(
    manager: EntityManager,
    organizationKey: number,
    event: UsageEvent,
    posted: LedgerEvent,
    identity: string,
  ): Promise<LedgerEventRow> {
    const name = async (value: string | null): Promise<number | null> =>
      value === null ? null : this.labelKey(manager, organizationKey, NAME, value);
    return {
      organizationKey,
      identity,
      sequence: String(posted.sequence),
      occurredAt: new Date(posted.occurredAt),
      recordedAt: new Date(posted.recordedAt),
      sourceKey: await name(event.source),
      providerKey: await name(event.provider),
      modelKey: await name(event.model),
      teamKey: await name(event.teamId),
      apiKeyKey: await name(event.apiKeyId),
      promptKey: await name(event.promptId),
      userKey: posted.usage?.userReference ?? null,
      inputTokens: event.tokens.input,
      cacheReadTokens: event.tokens.cacheReadInput || null,
      outputTokens: event.tokens.output,
      rateCardVersion: posted.usage?.price?.rateCardVersion ?? null,
      partitionKey: posted.usage?.ingestPartition ?? null,
      type: TYPES[event.origin],
      causeKind: 1,
      serviceTier: TIERS[event.serviceTier],
      outcome: OUTCOMES[event.outcome],
      credential: CREDENTIALS[event.credential],
      cacheHit: event.cacheHit,
      counted: posted.usage?.counted ?? null,
      content: posted.usage?.contentDigest ?? null,
      amount: formatAmount(posted.amount),
      balanceAfter: formatAmount(posted.balanceAfter),
      hash: Buffer.from(posted.hash, 'hex'),
      causeId: event.id,
      requestId: event.requestId,
      attemptId: event.attemptId,
      sessionId: event.sessionId,
    };
  }

  /** Kept in memory once it is known; the organization's lock is held, so nobody else inserts it meanwhile. */
  private async labelKey(manager: EntityManager, organizationKey: number, kind: number, value: string) {
    const known = this.labelKeys.get(`${organizationKey} ${kind} ${value}`);
    if (known !== undefined) return known;
    const found =
      (await manager.findOneBy(Label, { organizationKey, kind, value })) ??
      (await manager.save(Label, { organizationKey, kind, value }));
    this.remember(found);
    return found.labelKey;
  }

  private remember({ organizationKey, kind, value, labelKey }: Label): void {
    this.labelKeys.set(`${organizationKey} ${kind} ${value}`, labelKey);
  }
}

function streamHead(event: UsageEvent, head: OrganizationHead): StreamHead {
  return {
    organizationId: organizationIdOf(event.organizationId),
    sequence: Number(head.sequence),
    balance: parseAmount(head.balance) ?? ZERO_AMOUNT,
    hash: head.hash.toString('hex') as StreamHead['hash'],
    recordedAt: instantOfMilliseconds(head.recordedAt.getTime()),
  };
}

function isCounted(manager: EntityManager, organizationKey: number, requestId: string): Promise<boolean> {
  return manager
    .createQueryBuilder(LedgerEventRow, 'event')
    .where('event.organization_key = :organizationKey', { organizationKey })
    .andWhere('hashtextextended(event.request_id, 0) = hashtextextended(:requestId, 0)', { requestId })
    .andWhere('event.request_id = :requestId AND event.counted')
    .getExists();
}

async function addToMonth(manager: EntityManager, organizationKey: number, posted: LedgerEvent): Promise<void> {
  const { start, end } = calendarMonthOf(posted.occurredAt);
  await manager.query(
    `INSERT INTO monthly_usage AS month (organization_key, period_start, period_end, origin, requests, spend)
     VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (organization_key, period_start, origin) DO UPDATE
        SET requests = month.requests + excluded.requests, spend = month.spend + excluded.spend`,
    [
      organizationKey,
      new Date(start),
      new Date(end),
      posted.usage?.origin === 'gateway' ? 1 : 2,
      posted.usage?.counted === true ? 1 : 0,
      formatAmount(negateAmount(posted.amount)),
    ],
  );
}
