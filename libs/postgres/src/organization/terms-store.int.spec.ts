import { adjustBalance, type ChangeOutcome, changeTerms, registerOrganization } from '@floopy/application';
import {
  amountOfUnits,
  type Instant,
  instantOfMilliseconds,
  isOverageOn,
  organizationIdOf,
  parseInstant,
  type TermsChange,
  UNITS_PER_CENT,
} from '@floopy/domain';
import { CLOCK_AND_HASH, createSeededDatabase, type SeededDatabase } from '../../../../test/support/seeded-database';
import { createAdjustmentStore } from '../adjustments/adjustment-store';
import { createPool, type DatabasePool } from '../connection/pool';
import { queriesOf } from '../connection/queries';
import { findOrganizationKey } from './find-organization-key';
import { readChanges, readTerms } from './read-terms';
import { createTermsStore } from './terms-store';

const NOW = parseInstant('2026-11-23T10:00:00.123Z')!;
const LATER = instantOfMilliseconds(NOW + 3_600_000);
const ON: TermsChange = { type: 'overage', enabled: true };

describe('changing terms', () => {
  let database: SeededDatabase;
  let writer: DatabasePool;

  beforeEach(async () => {
    database = await createSeededDatabase();
    writer = createPool({ url: database.url, role: 'floopy_writer', applicationName: 'terms', maxConnections: 8 });
  });

  afterEach(async () => {
    await writer.end();
    await database.drop();
  });

  const told: [organizationId: string, termsVersion: number][] = [];
  const ports = (now: () => Instant) => ({
    store: createTermsStore(writer),
    clock: now,
    onChanged: (organizationId: string, version: number) => {
      told.push([organizationId, version]);
      return Promise.resolve();
    },
  });

  function change(to: TermsChange, organization = 'org_acme', now = () => NOW): Promise<ChangeOutcome> {
    const request = { change: to, effectiveAt: null, actor: 'operator', changedBy: 'ada' } as const;
    return changeTerms(ports(now), { ...request, organizationId: organizationIdOf(organization) });
  }

  async function keyOf(organization: string): Promise<number> {
    return (await findOrganizationKey(queriesOf(writer), organizationIdOf(organization))) ?? 0;
  }

  async function changesOf(organization = 'org_acme'): ReturnType<typeof readChanges> {
    return readChanges(queriesOf(writer), await keyOf(organization));
  }

  async function headOf(organization: string): Promise<number | undefined> {
    const { rows } = await writer.query<{ terms_version: number }>(
      'SELECT terms_version FROM organization_head WHERE organization_key = $1',
      [await keyOf(organization)],
    );
    return rows[0]?.terms_version;
  }

  it('reads every kind of change back as it was made', async () => {
    const changes: TermsChange[] = [
      { type: 'plan', planId: 'pro' },
      ON,
      { type: 'team', teamId: 'team_search', name: 'Søk "og" finn' },
      { type: 'team_budget', teamId: 'team_search', limit: amountOfUnits(25n * UNITS_PER_CENT + 1n) },
      { type: 'team_budget', teamId: 'team_search', limit: null },
      { type: 'member', memberId: 'ada', role: 'owner' },
      { type: 'member', memberId: 'bob', role: 'admin' },
      { type: 'member', memberId: 'bob', role: null },
      { type: 'billing_anchor', day: 31, hour: 23 },
      { type: 'team', teamId: 'team_search', name: null },
      { type: 'status', status: 'suspended', reason: 'did not pay' },
    ];
    for (const each of changes) expect(await change(each)).toMatchObject({ type: 'changed' });
    const recorded = await changesOf();
    expect(recorded.map((each) => each.change)).toEqual(changes);
    expect(recorded.map(({ number }) => number)).toEqual(changes.map((_, index) => index + 1));
    expect(recorded[0]).toMatchObject({ position: 0, recordedAt: NOW, effectiveAt: NOW, changedBy: 'ada' });
    expect(await headOf('org_acme')).toBe(changes.length);
    expect(told.at(-1)).toEqual(['org_acme', changes.length]);
  });

  it('numbers changes that come at once without a gap, and none of another organization among them', async () => {
    const made = Array.from({ length: 20 }, (_, n) => change({ type: 'team', teamId: `team_${n}`, name: 'A team' }));
    const elsewhere = change(ON, 'org_globex').then(() => change({ type: 'plan', planId: 'pro' }, 'org_globex'));
    await Promise.all([...made, elsewhere]);
    expect((await changesOf()).map(({ number }) => number)).toEqual(made.map((_, index) => index + 1));
    expect((await readTerms(queriesOf(writer), await keyOf('org_acme'))).teams.size).toBe(20);
    expect([await headOf('org_acme'), await headOf('org_globex')]).toEqual([20, 1]);
  });

  it('records the same change once when it is made twice at once', async () => {
    await change({ type: 'plan', planId: 'pro' });
    const outcomes = await Promise.all([change(ON), change(ON), change(ON)]);
    expect(outcomes.map(({ type }) => type).toSorted()).toEqual(['changed', 'unchanged', 'unchanged']);
  });

  it('lies between the entries that were posted before it and after it', async () => {
    const { clock } = CLOCK_AND_HASH;
    const adjustments = Array.from({ length: 15 }, (_, n) =>
      adjustBalance(
        { store: createAdjustmentStore(writer), ...CLOCK_AND_HASH },
        {
          organizationId: organizationIdOf('org_acme'),
          amount: amountOfUnits(1n),
          reason: 'r',
          idempotencyKey: `k${n}`,
        },
      ),
    );
    const changes = Array.from({ length: 15 }, (_, n) =>
      change({ type: 'team', teamId: `team_${n}`, name: 'A team' }, 'org_acme', clock),
    );
    await Promise.all([...adjustments, ...changes]);
    const { rows } = await writer.query<{ change_number: number }>(`
      SELECT change_number
        FROM organization_change AS change
        JOIN ledger_event AS entry USING (organization_key)
       WHERE (entry.sequence <= change.position AND entry.recorded_at > change.recorded_at)
          OR (entry.sequence > change.position AND entry.recorded_at < change.recorded_at)`);
    expect(rows).toEqual([]);
    const positions = (await changesOf()).map(({ position }) => position);
    expect(positions).toEqual(positions.toSorted((left, right) => left - right));
  });

  it('never records a change before the last one, though the clock was set back', async () => {
    await change({ type: 'team', teamId: 'team_a', name: 'A' }, 'org_acme', () => LATER);
    await change({ type: 'team', teamId: 'team_b', name: 'B' });
    expect((await changesOf()).map(({ recordedAt }) => recordedAt)).toEqual([LATER, LATER]);
  });

  it('refuses what may not be, and keeps nothing of it', async () => {
    expect(await change(ON)).toEqual({ type: 'refused', code: 'plan_required' });
    expect(await change(ON, 'org_nobody')).toEqual({ type: 'refused', code: 'unknown_organization' });
    expect(await changesOf()).toEqual([]);
    expect(await headOf('org_acme')).toBe(0);
  });

  it('keeps nothing of a change whose number does not follow', async () => {
    const store = createTermsStore(writer);
    const skipping = store.inTransaction(async (transaction) => {
      await transaction.lockStream(organizationIdOf('org_acme'));
      const recorded = { number: 2, position: 0, recordedAt: NOW, effectiveAt: NOW, changedBy: 'ada', change: ON };
      await transaction.saveChange(recorded);
    });
    await expect(skipping).rejects.toThrow('expected one row');
    expect(await changesOf()).toEqual([]);
  });

  it('keeps who may act now beside the changes that say so', async () => {
    const member = (memberId: string, role: 'owner' | 'member' | null) => change({ type: 'member', memberId, role });
    await member('ada', 'owner');
    await member('bob', 'member');
    await member('bob', 'owner');
    await member('ada', null);
    const { rows } = await writer.query('SELECT member_id, role FROM member');
    expect(rows).toEqual([{ member_id: 'bob', role: 1 }]);
  });

  describe('with a new organization', () => {
    const register = (id: string, planId: string | null) =>
      registerOrganization(
        { store: createTermsStore(writer), clock: () => NOW },
        {
          organization: { id: organizationIdOf(id), name: id, markupBasisPoints: 0 },
          planId,
          registeredBy: 'ada',
        },
      );

    it('begins on its plan as the first change, or on the plan of everybody without one', async () => {
      expect(await register('org_pro', 'pro')).toEqual({ type: 'registered' });
      expect(await register('org_free', null)).toEqual({ type: 'registered' });
      expect(await changesOf('org_pro')).toMatchObject([{ number: 1, position: 0, change: { planId: 'pro' } }]);
      expect([await headOf('org_pro'), await headOf('org_free')]).toEqual([1, 0]);
      expect(isOverageOn(await readTerms(queriesOf(writer), await keyOf('org_pro')), NOW)).toBe(false);
    });

    it('is not there when its plan is not', async () => {
      expect(await register('org_gold', 'gold')).toEqual({ type: 'refused', code: 'unknown_plan' });
      expect(await keyOf('org_gold')).toBe(0);
    });

    it('is made once of two that come at once, on one of their plans', async () => {
      const outcomes = await Promise.all([register('org_twice', 'pro'), register('org_twice', 'enterprise')]);
      expect(outcomes).toContainEqual({ type: 'refused', code: 'organization_exists' });
      expect(outcomes).toContainEqual({ type: 'registered' });
      expect(await changesOf('org_twice')).toHaveLength(1);
    });
  });
});
