import { catchUp, openSpendFixture, type SpendFixture, spending } from '../../../../test/support/spend-fixture';
import { operate } from '../../test/operate';

interface NamedMismatch {
  readonly kind: string;
  readonly organization_id?: string;
  readonly subject?: string;
  readonly position?: number;
}

let fixture: SpendFixture;
beforeAll(async () => {
  fixture = await openSpendFixture();
  const teams = [{ team_id: 'team_a' }, { team_id: 'team_b' }, {}];
  await fixture.feed.apply(
    teams.map((team, n) => spending(`absorbed_${n}`, 1_000, team, `2026-11-01T1${n}:00:00.000Z`)),
  );
  await catchUp(fixture.follower());
  // Behind the checkpoint: no sum has it, and none is wrong for it.
  await fixture.feed.apply([spending('later', 500, { team_id: 'team_a' })]);
});
afterAll(() => fixture.close());

const sql = (text: string): Promise<unknown> => fixture.database.pool.query(text);

async function mismatches(): Promise<NamedMismatch[]> {
  const { json } = await operate(['verify', '--json'], { DATABASE_URL: fixture.database.url });
  return json['mismatches'] as NamedMismatch[];
}

/** Plants a fault, and takes it away again. */
async function foundAfter(table: string, fault: string): Promise<NamedMismatch[]> {
  await sql(`CREATE TABLE saved AS SELECT * FROM ${table}`);
  await sql(fault);
  const found = await mismatches();
  await sql(`DELETE FROM ${table}`);
  await sql(`INSERT INTO ${table} SELECT * FROM saved`);
  await sql('DROP TABLE saved');
  return found;
}

describe('verify', () => {
  it('finds nothing wrong with spending that was absorbed as far as its checkpoint', async () => {
    expect(await mismatches()).toEqual([]);
  });

  it.each([
    ['team_spend', 'spend = spend + 0.0000000001', '2026-11-01T00:00:00.000Z/team_b'],
    ['team_spend', 'requests = requests + 1', '2026-11-01T00:00:00.000Z/team_b'],
    ['hourly_spend', 'spend = spend - 0.0000000001', '2026-11-01T11:00:00.000Z'],
    ['hourly_spend', 'requests = requests + 1', '2026-11-01T11:00:00.000Z'],
  ])('names the line of %s of which one figure was changed: %s', async (table, change, subject) => {
    const where = {
      team_spend: `team_key = (SELECT label_key FROM label WHERE value = 'team_b')`,
      hourly_spend: `hour = '2026-11-01T11:00:00Z'`,
    }[table];
    const found = await foundAfter(table, `UPDATE ${table} SET ${change} WHERE ${where}`);
    expect(found).toEqual([expect.objectContaining({ kind: table, organization_id: 'org_acme', subject })]);
  });

  it('names a line that is missing, one that is nobody’s, and one of a team that there is not', async () => {
    const lost = await foundAfter('team_spend', 'DELETE FROM team_spend WHERE team_key = 0');
    expect(lost).toMatchObject([{ kind: 'team_spend', subject: '2026-11-01T00:00:00.000Z/no team' }]);
    const added = await foundAfter(
      'hourly_spend',
      `INSERT INTO hourly_spend SELECT organization_key, '2020-01-01T00:00:00Z', 1, 1 FROM hourly_spend LIMIT 1`,
    );
    expect(added).toMatchObject([{ kind: 'hourly_spend', subject: '2020-01-01T00:00:00.000Z' }]);
    const unnamed = await foundAfter('team_spend', 'UPDATE team_spend SET team_key = 4711 WHERE team_key = 0');
    expect(unnamed).toContainEqual(
      expect.objectContaining({ kind: 'team_spend', found: expect.stringContaining('4711') }),
    );
  });

  it('finds a checkpoint that was moved, since the sums are then of other entries', async () => {
    const ahead = await foundAfter('follower_checkpoint', 'UPDATE follower_checkpoint SET sequence = sequence + 1');
    expect(ahead.map(({ kind }) => kind).sort()).toEqual(['hourly_spend', 'team_spend']);
    const past = await foundAfter('follower_checkpoint', 'UPDATE follower_checkpoint SET sequence = 99');
    expect(past).toContainEqual(expect.objectContaining({ kind: 'spend_checkpoint', position: 4 }));
  });

  it('names every charge that has another markup than was agreed', async () => {
    await sql(`UPDATE organization SET markup_basis_points = 125 WHERE organization_id = 'org_acme'`);
    const found = await mismatches();
    await sql('UPDATE organization SET markup_basis_points = NULL');
    expect(found.map(({ kind, position }) => `${kind} ${position}`)).toEqual([1, 2, 3, 4].map((at) => `markup ${at}`));
    expect(found[0]).toMatchObject({ expected: '125 basis points', found: '0 basis points' });
  });
});
