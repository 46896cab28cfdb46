import { strict as assert } from 'node:assert';
import { instantOfMilliseconds, organizationIdOf } from '@floopy/domain';
import {
  inOrganization,
  type Queries,
  queriesOf,
  readCarriedOverage,
  readCurrentBalance,
  readLedgerEvents,
  readMonthlyUsage,
  readPeriodOverage,
  readTopicPartitions,
  TermsMemory,
} from '@floopy/postgres';
import { readCurrentReading, readPastBalance } from '../../../apps/api/src/balance/balance-reading';
import { type Account, monthOf } from '../oracle/account';
import { balanceAt, type BalanceFigures, carriedInto, monthsOf, overageOf, positionAt } from '../oracle/figures';
import { entryText, eventText, figuresOf } from './one-form';
import type { World } from './world';

const MONTHS_LOOKED_AT = 8;
const ALL = 100_000;

/** Compares what everybody may read with what the oracle says of the same place, as the API reads it: bound to one organization. */
export class Comparison {
  /** What the oracle said of a balance when it was the latest one, by organization and position. */
  private readonly saidThen = new Map<string, BalanceFigures>();
  private readonly compared = new Map<string, number>();

  constructor(private readonly world: World) {}

  /** After a step: balances of now, what was appended, offsets and dead letters. */
  async ofNow(): Promise<void> {
    await Promise.all([this.partitions(), this.letters(), ...this.accounts((account) => this.standing(account))]);
  }

  /** After the last step: months, overage, and the balance at every position and time that there ever was. */
  async ofAllTime(): Promise<void> {
    await Promise.all(this.accounts((account) => Promise.all([this.months(account), this.past(account)])));
  }

  private accounts(work: (account: Account) => Promise<unknown>): Promise<unknown>[] {
    return [...this.world.oracle.accounts.values()].map(work);
  }

  private async standing(account: Account): Promise<void> {
    const { now } = this.world;
    const end = account.entries.length;
    const says = balanceAt(account, end, now, now);
    this.saidThen.set(`${account.id} ${end}`, balanceAt(account, end, now));
    await this.reading(account, async (queries, organization) => {
      const at = instantOfMilliseconds(now);
      const held = await new TermsMemory().read(queries, organization.key);
      const ask = (question: Parameters<typeof readCurrentBalance>[1]) => readCurrentBalance(queries, question, at);
      const reading = await readCurrentReading(ask, organization, held, at);
      assert.ok(reading !== null, 'terms of one snapshot agree');
      assert.deepEqual(figuresOf(reading), says, `the balance of ${account.id} after ${end}`);
      const { amount, lateAmount } = overageOf(account, monthOf(now));
      assert.equal(reading.overageIncurred, amount + lateAmount, `overage of ${account.id}`);
      const after = this.compared.get(account.id) ?? 0;
      const range = { organizationKey: organization.key, organizationId: organization.id, after, limit: ALL };
      const stored = await readLedgerEvents(queries, { ...range, order: 'oldest_first' });
      const expected = account.entries.slice(after).map((entry) => entryText(account, entry));
      assert.deepEqual(
        stored.map(({ event }) => eventText(event)),
        expected,
        `the ledger of ${account.id} after ${after}`,
      );
    });
    this.compared.set(account.id, end);
  }

  private async past(account: Account): Promise<void> {
    const { now } = this.world;
    const moments = [...new Set(account.entries.flatMap(({ recordedAt }) => [recordedAt - 1, recordedAt]))];
    await this.reading(account, async (queries, organization) => {
      const held = await new TermsMemory().read(queries, organization.key);
      const asOf = async (place: string): Promise<BalanceFigures> =>
        figuresOf(await readPastBalance(queries, organization, held, { asOf: place, now: instantOfMilliseconds(now) }));
      const positions = Array.from({ length: account.entries.length + 1 }, async (_, position) => {
        const says = this.saidThen.get(`${account.id} ${position}`);
        const expected = position === 0 || says === undefined ? balanceAt(account, position, now) : says;
        assert.deepEqual(await asOf(String(position)), expected, `the balance of ${account.id} as of ${position}`);
      });
      const times = moments.map(async (moment) => {
        const expected = balanceAt(account, positionAt(account, moment), now, moment);
        const time = new Date(moment).toISOString();
        assert.deepEqual(await asOf(time), expected, `the balance of ${account.id} as of ${time}`);
      });
      await Promise.all([...positions, ...times]);
    });
  }

  private async months(account: Account): Promise<void> {
    await this.reading(account, async (queries, { key }) => {
      const all = { start: instantOfMilliseconds(0), end: null };
      const stored = await readMonthlyUsage(queries, key, all);
      const found = stored.map(({ periodStart: start, origin, requests, spend }) => ({
        start,
        origin,
        requests,
        spend,
      }));
      assert.deepEqual(found, monthsOf(account), `the months of ${account.id}`);
      for (let back = 0, moment = this.world.now; back < MONTHS_LOOKED_AT; back += 1) {
        const month = monthOf(moment);
        const period = { start: instantOfMilliseconds(month.start), end: instantOfMilliseconds(month.end) };
        const { period: _, ...overage } = await readPeriodOverage(queries, key, period);
        assert.deepEqual(
          overage,
          overageOf(account, month),
          `overage of ${account.id} in ${new Date(month.start).toISOString()}`,
        );
        const carried = await readCarriedOverage(queries, key, period);
        const texts = carried.map(({ source, requests, amount }) => `${source.start} ${requests} ${amount}`).sort();
        assert.deepEqual(texts, carriedInto(account, month), `what is carried for ${account.id}`);
        moment = month.start - 1;
      }
    });
  }

  private async partitions(): Promise<void> {
    const { pool, topic, oracle } = this.world;
    const partitions = await readTopicPartitions(queriesOf(pool), topic);
    const found = partitions.map(({ applied, duplicates, parked, skipped }) => ({
      applied,
      duplicates,
      parked,
      skipped,
    }));
    assert.deepEqual(found, oracle.tallies, 'what became of the offsets');
    const passed = partitions.map(({ nextOffset }) => nextOffset);
    assert.deepEqual(
      passed,
      oracle.tallies.map((_, partition) => oracle.passed(partition)),
      'offsets that were passed',
    );
  }

  private async letters(): Promise<void> {
    const { rows } = await this.world.pool.query<Record<string, unknown>>(
      `SELECT partition, record_offset::int AS offset, status, reason
         FROM dead_letter JOIN ingest_partition USING (partition_key) ORDER BY dead_letter_key`,
    );
    assert.deepEqual(
      rows.map((row) => ({ ...row })),
      this.world.oracle.letters,
      'dead letters',
    );
  }

  private async reading(
    { id }: Account,
    work: (queries: Queries, organization: Parameters<typeof readPastBalance>[1]) => Promise<void>,
  ): Promise<void> {
    const key = await this.world.keyOf(id);
    await inOrganization(this.world.reader, key, (queries) => work(queries, { id: organizationIdOf(id), key }));
  }
}
